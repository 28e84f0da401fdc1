# A node on a CPU. Build from the repository's root:  docker build -t asteri .
# Run:  docker run -p 7450:7450 -p 7451:7451 -v asteri:/data asteri
# The first start prints the administrator's key and the fingerprint of the certificate that the node made for itself, once, on its standard error.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY engine/ engine/
COPY server/ server/
RUN dotnet publish server/Asteri.Server/Asteri.Server.csproj -c Release -o /app -p:DebugType=none

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
RUN mkdir /data && chown "$APP_UID" /data && chmod 700 /data
ENV ASTERI__Server__Address=* \
    ASTERI__Storage__Directory=/data \
    ASTERI__Logging__Format=Json \
    DOTNET_EnableDiagnostics=0
USER $APP_UID
VOLUME /data
EXPOSE 7450 7451
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/app/asteri", "health", "--timeout", "4"]
ENTRYPOINT ["/app/asteri"]
CMD ["serve"]
