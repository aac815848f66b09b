import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AddSilenceRequest as _hostler_v1_AddSilenceRequest, AddSilenceRequest__Output as _hostler_v1_AddSilenceRequest__Output } from './hostler/v1/AddSilenceRequest.ts';
import type { AlertView as _hostler_v1_AlertView, AlertView__Output as _hostler_v1_AlertView__Output } from './hostler/v1/AlertView.ts';
import type { AlertWords as _hostler_v1_AlertWords, AlertWords__Output as _hostler_v1_AlertWords__Output } from './hostler/v1/AlertWords.ts';
import type { AlertsClient as _hostler_v1_AlertsClient, AlertsDefinition as _hostler_v1_AlertsDefinition } from './hostler/v1/Alerts.ts';
import type { EndSilenceRequest as _hostler_v1_EndSilenceRequest, EndSilenceRequest__Output as _hostler_v1_EndSilenceRequest__Output } from './hostler/v1/EndSilenceRequest.ts';
import type { ListAlertsReply as _hostler_v1_ListAlertsReply, ListAlertsReply__Output as _hostler_v1_ListAlertsReply__Output } from './hostler/v1/ListAlertsReply.ts';
import type { ListAlertsRequest as _hostler_v1_ListAlertsRequest, ListAlertsRequest__Output as _hostler_v1_ListAlertsRequest__Output } from './hostler/v1/ListAlertsRequest.ts';
import type { ListNoticesReply as _hostler_v1_ListNoticesReply, ListNoticesReply__Output as _hostler_v1_ListNoticesReply__Output } from './hostler/v1/ListNoticesReply.ts';
import type { ListNoticesRequest as _hostler_v1_ListNoticesRequest, ListNoticesRequest__Output as _hostler_v1_ListNoticesRequest__Output } from './hostler/v1/ListNoticesRequest.ts';
import type { ListSilencesReply as _hostler_v1_ListSilencesReply, ListSilencesReply__Output as _hostler_v1_ListSilencesReply__Output } from './hostler/v1/ListSilencesReply.ts';
import type { ListSilencesRequest as _hostler_v1_ListSilencesRequest, ListSilencesRequest__Output as _hostler_v1_ListSilencesRequest__Output } from './hostler/v1/ListSilencesRequest.ts';
import type { NoticeView as _hostler_v1_NoticeView, NoticeView__Output as _hostler_v1_NoticeView__Output } from './hostler/v1/NoticeView.ts';
import type { SilenceView as _hostler_v1_SilenceView, SilenceView__Output as _hostler_v1_SilenceView__Output } from './hostler/v1/SilenceView.ts';
import type { TestReceiverReply as _hostler_v1_TestReceiverReply, TestReceiverReply__Output as _hostler_v1_TestReceiverReply__Output } from './hostler/v1/TestReceiverReply.ts';
import type { TestReceiverRequest as _hostler_v1_TestReceiverRequest, TestReceiverRequest__Output as _hostler_v1_TestReceiverRequest__Output } from './hostler/v1/TestReceiverRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hostler: {
    v1: {
      AddSilenceRequest: MessageTypeDefinition<_hostler_v1_AddSilenceRequest, _hostler_v1_AddSilenceRequest__Output>
      AlertView: MessageTypeDefinition<_hostler_v1_AlertView, _hostler_v1_AlertView__Output>
      AlertWords: MessageTypeDefinition<_hostler_v1_AlertWords, _hostler_v1_AlertWords__Output>
      Alerts: SubtypeConstructor<typeof grpc.Client, _hostler_v1_AlertsClient> & { service: _hostler_v1_AlertsDefinition }
      EndSilenceRequest: MessageTypeDefinition<_hostler_v1_EndSilenceRequest, _hostler_v1_EndSilenceRequest__Output>
      ListAlertsReply: MessageTypeDefinition<_hostler_v1_ListAlertsReply, _hostler_v1_ListAlertsReply__Output>
      ListAlertsRequest: MessageTypeDefinition<_hostler_v1_ListAlertsRequest, _hostler_v1_ListAlertsRequest__Output>
      ListNoticesReply: MessageTypeDefinition<_hostler_v1_ListNoticesReply, _hostler_v1_ListNoticesReply__Output>
      ListNoticesRequest: MessageTypeDefinition<_hostler_v1_ListNoticesRequest, _hostler_v1_ListNoticesRequest__Output>
      ListSilencesReply: MessageTypeDefinition<_hostler_v1_ListSilencesReply, _hostler_v1_ListSilencesReply__Output>
      ListSilencesRequest: MessageTypeDefinition<_hostler_v1_ListSilencesRequest, _hostler_v1_ListSilencesRequest__Output>
      NoticeView: MessageTypeDefinition<_hostler_v1_NoticeView, _hostler_v1_NoticeView__Output>
      SilenceView: MessageTypeDefinition<_hostler_v1_SilenceView, _hostler_v1_SilenceView__Output>
      TestReceiverReply: MessageTypeDefinition<_hostler_v1_TestReceiverReply, _hostler_v1_TestReceiverReply__Output>
      TestReceiverRequest: MessageTypeDefinition<_hostler_v1_TestReceiverRequest, _hostler_v1_TestReceiverRequest__Output>
    }
  }
}

