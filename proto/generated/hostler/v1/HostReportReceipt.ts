// Original file: proto/hostler/v1/agent.proto


export interface HostReportReceipt {
}

export interface HostReportReceipt__Output {
}
