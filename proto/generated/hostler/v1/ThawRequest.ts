// Original file: proto/hostler/v1/control.proto


export interface ThawRequest {
}

export interface ThawRequest__Output {
}
