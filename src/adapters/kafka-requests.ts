import protocol from "kafkajs/src/protocol/requests/index.js";

const { requests } = protocol;

/**
 * The requests lanewatch makes, each in one version that Kafka 2.3 to 4 speak. Answers come as they are on the wire,
 * error codes per topic and partition included: nothing throws for what a broker answers.
 */
export const kafkaRequests = {
  produce: requests.Produce.protocol({ version: 7 }),
  fetch: requests.Fetch.protocol({ version: 11 }),
  listOffsets: requests.ListOffsets.protocol({ version: 3 }),
  metadata: requests.Metadata.protocol({ version: 6 }),
  initProducerId: requests.InitProducerId.protocol({ version: 1 }),
  createTopics: requests.CreateTopics.protocol({ version: 3 }),
  describeConfigs: requests.DescribeConfigs.protocol({ version: 2 }),
  findCoordinator: requests.GroupCoordinator.protocol({ version: 2 }),
  joinGroup: requests.JoinGroup.protocol({ version: 5 }),
  syncGroup: requests.SyncGroup.protocol({ version: 3 }),
  heartbeat: requests.Heartbeat.protocol({ version: 3 }),
  leaveGroup: requests.LeaveGroup.protocol({ version: 3 }),
} as const;

/** Number of each request in the protocol and the version used, for `lanewatch check`. */
export const versionsUsed: readonly {
  readonly name: string;
  readonly key: number;
  readonly version: number;
}[] = [
  { name: "Produce", key: 0, version: 7 },
  { name: "Fetch", key: 1, version: 11 },
  { name: "ListOffsets", key: 2, version: 3 },
  { name: "Metadata", key: 3, version: 6 },
  { name: "FindCoordinator", key: 10, version: 2 },
  { name: "JoinGroup", key: 11, version: 5 },
  { name: "Heartbeat", key: 12, version: 3 },
  { name: "LeaveGroup", key: 13, version: 3 },
  { name: "SyncGroup", key: 14, version: 3 },
  { name: "CreateTopics", key: 19, version: 3 },
  { name: "InitProducerId", key: 22, version: 1 },
  { name: "DescribeConfigs", key: 32, version: 2 },
];

/** Marks in ListOffsets for the ends of a partition. */
export const latestMark = "-1";
export const earliestMark = "-2";
