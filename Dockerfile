# The portal's image: docker build --tag latchkey . (or podman, or buildah --format docker). It needs nothing that is
# installed on the machine. How to run it: docs/operate.md. `npm run image` builds it and tries it.

# A Debian with this Node and its npm. The digest is that of all platforms (docs/operate/containers.md: how to get one);
# .node-version names the same version.
ARG BASE=docker.io/library/node:24.21.0-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe

FROM ${BASE} AS build
WORKDIR /build
# Packages first: while the lock file is the same, this step is not repeated.
COPY package.json package-lock.json .npmrc ./
# An own registry is named in a file: docker build --secret id=npmrc,src=$HOME/.npmrc …
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
COPY . .
# What a release has of the program; the base has Node.
# --build-arg COMMIT=$(git rev-parse HEAD): the sources here have no git.
ARG COMMIT=
RUN LATCHKEY_COMMIT=$COMMIT npm run release -- --image /image/app \
 && mkdir -p /image/usr/local/bin \
 && install -d -m 0700 -o 1000 -g 1000 /image/data \
 && ln -s /app/bin/latchkey /image/usr/local/bin

FROM ${BASE}
# Nothing here can install a package.
RUN rm -rf /usr/local/lib/node_modules /usr/local/include/node /opt/yarn-* \
 && cd /usr/local/bin \
 && rm -f npm npx corepack yarn yarnpkg
COPY --from=build /image/ /
WORKDIR /app
# With DATABASE_URL nothing is written; without, the store is in /data, which must be a volume.
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
EXPOSE 3000
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["latchkey"]
CMD ["start"]
