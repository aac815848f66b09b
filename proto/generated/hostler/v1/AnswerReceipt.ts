// Original file: proto/hostler/v1/agent.proto


export interface AnswerReceipt {
}

export interface AnswerReceipt__Output {
}
