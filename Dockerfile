# One image for every role: docker build -t lanewatch .
# A tag with everything in it; raise it on purpose, here and in no other place.
ARG NODE_IMAGE=node:22.23.3-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Dependencies change seldom: their layer stays while only sources change. No package's own script runs: all native
# modules (serialport, libsql, node-pty, cbor-extract) come prebuilt for glibc, which is why the image is not Alpine.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY drivers ./drivers
COPY simulators ./simulators
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund && rm -f dist/.tsbuildinfo

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="lanewatch" \
      org.opencontainers.image.description="Streaming alarm pipeline and adjudication console for radiation portal monitors" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json README.md LICENSE ./
COPY config ./config
COPY simulators/scenarios ./simulators/scenarios
# Everything belongs to root and is read-only for the program, but for the folders of the embedded log, the spool and the console.
RUN ln -s /app/dist/src/cli.js /usr/local/bin/lanewatch \
 && install -d -o node -g node /app/data /var/lib/lanewatch/spool /var/lib/lanewatch/console
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
# Roles other than the console say their own in docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["/bin/sh", "/app/config/services/console/healthy.sh", "8080"]
# Run with --init, so that signals and orphans are dealt with.
ENTRYPOINT ["lanewatch"]
CMD ["up"]
