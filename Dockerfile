# The registry as one static program in an empty image. It writes nothing outside /data, so it runs with a read-only root:
#
#   docker build -t brandregistry .
#   docker run --rm brandregistry version
#   docker run --read-only -p 127.0.0.1:8080:8080 -v brandregistry:/data -e AREA=110105 brandregistry
#
# The first start prints the administrator's token, once: docker logs CONTAINER
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src

# Where modules come from, if not from Go's default: --build-arg GOPROXY=...
ARG GOPROXY
COPY go.mod go.sum ./
COPY .modules .modules
RUN go mod download

# With all that git knows, and .git itself: the Go command records the version (the tag, or the commit and its time) and
# the commit, with +dirty when something was changed. What is built without .git is told them, as these arguments.
COPY . .
# Of a worktree or a submodule .git is a file that leads nowhere here.
RUN [ -d .git ] || rm -f .git
ARG VERSION
ARG REVISION
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=auto -ldflags "-s -w -X main.givenVersion=$VERSION -X main.givenRevision=$REVISION" -o /out/brandregistry ./api
RUN mkdir -m 0700 /out/data

FROM scratch
LABEL org.opencontainers.image.title="brandregistry" \
      org.opencontainers.image.description="基层党建品牌与“两新”组织覆盖登记"
COPY --from=build /out/brandregistry /brandregistry
# Whom a PostgreSQL with sslmode=verify-full may be vouched for by.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# A new volume takes over this directory's owner.
COPY --from=build --chown=65532:65532 /out/data /data

USER 65532:65532
WORKDIR /data
VOLUME /data
# The root may be read-only and there is no /tmp: temporary files go to the volume too.
ENV LISTEN=0.0.0.0:8080 \
    DATABASE_URL=file:/data/registry.db \
    TMPDIR=/data \
    SQLITE_TMPDIR=/data
# 9090 answers only if METRICS_LISTEN=0.0.0.0:9090 is given.
EXPOSE 8080 9090
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/brandregistry", "health"]
ENTRYPOINT ["/brandregistry"]
CMD ["serve"]
