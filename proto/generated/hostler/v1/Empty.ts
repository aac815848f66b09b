// Original file: proto/hostler/v1/control.proto


export interface Empty {
}

export interface Empty__Output {
}
