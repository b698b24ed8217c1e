import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ComposeFile, type ComposeService, repository } from "./compose-file.ts";

type Check = (service: ComposeService, file: ComposeFile) => readonly string[];
const when = (isWrong: boolean, problem: string): readonly string[] => (isWrong ? [problem] : []);

const loopback = "127.0.0.1";
const isRoot = (user: string): boolean => /^(0|root)(:|$)/.test(user);
/** A tag that names a release: three numbers, or a release with a distribution. */
const isPinned = (image: string): boolean =>
  /:v?\d+\.\d+\.\d+([-+][\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(image);
const isThere = (path: string): boolean => existsSync(join(repository, path));

const isHarmless: Check = ({ user, read_only, cap_drop, security_opt, init, restart, logging }) => [
  ...when(user === undefined || isRoot(user), "runs as root"),
  ...when(!read_only, "has a root file system that it can write to"),
  ...when(!cap_drop.includes("ALL"), "keeps capabilities"),
  ...when(!security_opt.includes("no-new-privileges:true"), "may gain privileges"),
  ...when(!init, "has no init"),
  ...when(restart !== "unless-stopped", "is not restarted"),
  ...when(logging?.options["max-size"] === undefined, "has a log without a bound"),
];

const isLimited: Check = ({ deploy, tmpfs }) => {
  const limits = deploy?.resources.limits;
  return [
    ...when(limits?.cpus === undefined, "has no limit of processors"),
    ...when(limits?.memory === undefined, "has no limit of memory"),
    ...when(limits?.pids === undefined, "has no limit of processes"),
    ...tmpfs.flatMap((mount) =>
      when(!/[:,]size=\d+[mk]/.test(mount), `has a tmpfs without a size: ${mount}`),
    ),
  ];
};

const hasImage: Check = ({ image }) => [
  ...when(image === undefined, "has no image"),
  ...when(image !== undefined && !isPinned(image), `has an image that is not pinned: ${image ?? ""}`),
];

const isChecked: Check = ({ healthcheck }) => [
  ...when(healthcheck === undefined || healthcheck.test[0] === "NONE", "has no health check"),
  ...when(healthcheck?.timeout === undefined, "has a health check without a timeout"),
];

const waitsRightly: Check = ({ depends_on }, { services }) =>
  Object.entries(depends_on).flatMap(([name, { condition }]) => [
    ...when(condition === undefined, `depends on ${name} without a condition`),
    ...when(services[name] === undefined, `depends on ${name}, which is not there`),
    ...when(
      condition === "service_healthy" && services[name]?.healthcheck === undefined,
      `waits for ${name}, which never says that it is healthy`,
    ),
  ]);

/** Programs of ours in the image, and files mounted from `config`, under the names that containers know them by. */
const fileBehind = (path: string, { volumes }: ComposeService): string | undefined => {
  if (path.startsWith("/app/config/")) return path.slice("/app/".length);
  const mount = volumes.find(
    ({ type, target }) => type === "bind" && (path === target || path.startsWith(`${target}/`)),
  );
  return mount === undefined ? undefined : join(mount.source, path.slice(mount.target.length));
};

const mountsWhatIsThere: Check = (service, { volumes, secrets, networks }) => [
  ...service.volumes.flatMap(({ type, source, read_only }) =>
    type === "bind"
      ? [
          ...when(!isThere(source), `mounts ${source}, which is not there`),
          ...when(!read_only, `may write to ${source}`),
        ]
      : when(volumes[source] === undefined, `mounts the volume ${source}, which is not there`),
  ),
  ...service.secrets.flatMap((name) => when(secrets[name] === undefined, `has no secret ${name}`)),
  ...service.networks.flatMap((name) => when(networks[name] === undefined, `has no network ${name}`)),
  ...when(service.networks.length === 0, "is in the default network"),
  ...[...service.entrypoint, ...service.command, ...(service.healthcheck?.test ?? [])]
    .filter((word) => /^\/(app|etc\/lanewatch)\//.test(word))
    .flatMap((word) => {
      const file = fileBehind(word, service);
      return when(file === undefined || !isThere(file), `names ${word}, which is not there`);
    }),
];

const publishesLittle: Check = ({ ports, networks: joined }, { networks }) => [
  ...ports.flatMap(({ host_ip, target }) =>
    when(host_ip !== loopback, `publishes ${target} beyond ${loopback}`),
  ),
  ...when(
    ports.length > 0 && joined.every((name) => networks[name]?.internal === true),
    "publishes from an internal network, which publishes nothing",
  ),
];

const keepsSecrets: Check = ({ environment }) =>
  Object.entries(environment).flatMap(([name]) =>
    when(
      /PASSWORD|TOKEN|SECRET/.test(name) && !name.endsWith("_FILE"),
      `has a secret in its environment: ${name}`,
    ),
  );

const checks: readonly Check[] = [
  isHarmless,
  isLimited,
  hasImage,
  isChecked,
  waitsRightly,
  mountsWhatIsThere,
  publishesLittle,
  keepsSecrets,
];

/** One sentence for each thing that is wrong with a service, and for each secret whose file is not there. */
export const composeProblems = (file: ComposeFile): readonly string[] => [
  ...Object.entries(file.services).flatMap(([name, service]) =>
    checks.flatMap((check) => check(service, file)).map((problem) => `${name} ${problem}`),
  ),
  ...Object.entries(file.secrets).flatMap(([name, { file: path }]) =>
    when(!isThere(path), `the secret ${name} is read from ${path}, which is not there`),
  ),
];
