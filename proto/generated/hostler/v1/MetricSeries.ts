// Original file: proto/hostler/v1/host.proto


export interface MetricSeries {
  'name'?: (string);
  'labels'?: (string)[];
}

export interface MetricSeries__Output {
  'name': (string);
  'labels': (string)[];
}
