# SPDX-License-Identifier: MIT
# docker build -t fctarget .
# docker run --network host --cap-add NET_RAW --cap-add NET_ADMIN fctarget run --interface eth1

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/FcTarget.Host -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The tag's distribution is Ubuntu, whose 24.04 calls the package libpcap0.8t64; libpcap0.8 names it too.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpcap0.8 libcap2-bin \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
# The user of the image is not root: the program itself has what raw sockets need, as far as the container is given it.
RUN setcap cap_net_raw,cap_net_admin+ep /app/fctarget
USER $APP_UID
WORKDIR /data
ENTRYPOINT ["/app/fctarget"]
CMD ["--help"]
