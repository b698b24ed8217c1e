/**
 * The parts of kafkajs 2.2.4 below its public interface that lanewatch uses: a connection to one broker with its
 * handshake and authentication, and the encoders of requests. The version is pinned; `kafka-link.ts` says why.
 */
declare module "kafkajs/src/network/connectionPool.js" {
  import type { Socket } from "node:net";

  interface KafkajsLog {
    (message: string, extra?: Readonly<Record<string, unknown>>): void;
  }
  interface KafkajsLogger {
    readonly debug: KafkajsLog;
    readonly info: KafkajsLog;
    readonly warn: KafkajsLog;
    readonly error: KafkajsLog;
    namespace(name: string): KafkajsLogger;
  }
  interface Connecting {
    readonly host: string;
    readonly port: number;
    readonly onConnect: () => void;
  }
  interface ConnectionOptions {
    readonly host: string;
    readonly port: number;
    readonly clientId: string;
    /** Anything but null makes `authenticate` part of connecting. */
    readonly sasl: {
      readonly mechanism: string;
      readonly username: string;
      readonly password: string;
    } | null;
    readonly socketFactory: (connecting: Connecting) => Socket;
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly logger: KafkajsLogger;
  }
  interface WireRequest<Answer> {
    readonly request: unknown;
    readonly response: {
      decode(raw: Buffer): Promise<Answer>;
      parse(answer: Answer): Promise<Answer>;
    };
    /** Longer than the connection's own, where it says so. */
    readonly requestTimeout?: number;
    readonly logResponseError?: boolean;
  }
  class ConnectionPool {
    constructor(options: ConnectionOptions);
    send<Answer>(request: WireRequest<Answer>): Promise<Answer>;
  }
  export { ConnectionPool as default };
  export type { Connecting, KafkajsLogger, WireRequest };
}

declare module "kafkajs/src/broker/index.js" {
  import type ConnectionPool from "kafkajs/src/network/connectionPool.js";
  import type { KafkajsLogger } from "kafkajs/src/network/connectionPool.js";

  type ApiVersions = Readonly<Record<string, { readonly minVersion: number; readonly maxVersion: number }>>;
  class Broker {
    constructor(options: {
      readonly connectionPool: ConnectionPool;
      readonly logger: KafkajsLogger;
      readonly allowAutoTopicCreation: boolean;
      readonly authenticationTimeout: number;
    });
    readonly versions: ApiVersions | null;
    connect(): Promise<void>;
  }
  export { Broker as default };
  export type { ApiVersions };
}

declare module "kafkajs/src/protocol/requests/index.js" {
  import type { WireRequest } from "kafkajs/src/network/connectionPool.js";

  interface Api<Body, Answer> {
    protocol(choice: { readonly version: number }): (body: Body) => WireRequest<Answer>;
  }

  interface ProduceBody {
    readonly acks: number;
    readonly timeout: number;
    readonly producerId: string;
    readonly producerEpoch: number;
    /** 0 none, 1 gzip. */
    readonly compression: number;
    readonly topicData: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly firstSequence: number;
        readonly messages: readonly {
          readonly key: Buffer;
          readonly value: Buffer;
          readonly timestamp: number;
        }[];
      }[];
    }[];
  }
  interface ProduceAnswer {
    readonly topics: readonly {
      readonly topicName: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly errorCode: number;
        readonly baseOffset: string;
      }[];
    }[];
  }
  interface FetchBody {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }
  interface ListOffsetsBody {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      /** `timestamp`: -1 latest, -2 earliest. */
      readonly partitions: readonly { readonly partition: number; readonly timestamp: string }[];
    }[];
  }
  interface ListOffsetsAnswer {
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly errorCode: number;
        readonly offset: string;
      }[];
    }[];
  }
  interface MetadataAnswer {
    readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
    readonly controllerId: number;
    readonly topicMetadata: readonly {
      readonly topicErrorCode: number;
      readonly topic: string;
      readonly partitionMetadata: readonly {
        readonly partitionId: number;
        readonly leader: number;
        readonly replicas: readonly number[];
        readonly isr: readonly number[];
      }[];
    }[];
  }
  interface CreateTopicsBody {
    readonly timeout: number;
    readonly validateOnly: boolean;
    readonly topics: readonly {
      readonly topic: string;
      readonly numPartitions: number;
      readonly replicationFactor: number;
      readonly configEntries: readonly { readonly name: string; readonly value: string }[];
    }[];
  }
  interface CreateTopicsAnswer {
    readonly topicErrors: readonly { readonly topic: string; readonly errorCode: number }[];
  }
  interface DescribeConfigsBody {
    readonly resources: readonly {
      readonly type: number;
      readonly name: string;
      readonly configNames: readonly string[];
    }[];
  }
  interface DescribeConfigsAnswer {
    readonly resources: readonly {
      readonly errorCode: number;
      readonly resourceName: string;
      readonly configEntries: readonly { readonly configName: string; readonly configValue: string | null }[];
    }[];
  }
  interface JoinGroupBody {
    readonly groupId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly protocolType: string;
    readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
  }
  interface JoinGroupAnswer {
    readonly errorCode: number;
    readonly generationId: number;
    readonly leaderId: string;
    readonly memberId: string;
    readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
  }
  interface SyncGroupBody {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly groupAssignment: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[];
  }
  interface HeartbeatBody {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
    readonly groupInstanceId: string | null;
  }
  interface LeaveGroupBody {
    readonly groupId: string;
    readonly memberId: string;
    readonly groupInstanceId: string | null;
  }
  interface FindCoordinatorAnswer {
    readonly errorCode: number;
    readonly coordinator: { readonly nodeId: number; readonly host: string; readonly port: number };
  }

  const protocol: {
    readonly requests: {
      readonly Produce: Api<ProduceBody, ProduceAnswer>;
      readonly Fetch: Api<FetchBody, unknown>;
      readonly ListOffsets: Api<ListOffsetsBody, ListOffsetsAnswer>;
      readonly Metadata: Api<
        { readonly topics: readonly string[]; readonly allowAutoTopicCreation: boolean },
        MetadataAnswer
      >;
      readonly InitProducerId: Api<
        { readonly transactionalId: null; readonly transactionTimeout: number },
        { readonly errorCode: number; readonly producerId: string; readonly producerEpoch: number }
      >;
      readonly CreateTopics: Api<CreateTopicsBody, CreateTopicsAnswer>;
      readonly DescribeConfigs: Api<DescribeConfigsBody, DescribeConfigsAnswer>;
      readonly GroupCoordinator: Api<{ readonly groupId: string }, FindCoordinatorAnswer>;
      readonly JoinGroup: Api<JoinGroupBody, JoinGroupAnswer>;
      readonly SyncGroup: Api<
        SyncGroupBody,
        { readonly errorCode: number; readonly memberAssignment: Buffer }
      >;
      readonly Heartbeat: Api<HeartbeatBody, { readonly errorCode: number }>;
      readonly LeaveGroup: Api<LeaveGroupBody, { readonly errorCode: number }>;
    };
  };
  export { protocol as default };
  export type { JoinGroupAnswer, MetadataAnswer, ProduceBody };
}
