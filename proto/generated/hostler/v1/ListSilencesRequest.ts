// Original file: proto/hostler/v1/alert.proto


export interface ListSilencesRequest {
}

export interface ListSilencesRequest__Output {
}
