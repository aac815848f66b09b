// Original file: proto/hostler/v1/control.proto


export interface ListRequest {
}

export interface ListRequest__Output {
}
