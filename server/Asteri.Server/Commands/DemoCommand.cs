using System.CommandLine;
using System.Text;
using Asteri.Rpc.Client;
using Asteri.Server.Hosting;
using Asteri.Server.Settings;
using Asteri.V1;
using Google.Protobuf;

namespace Asteri.Server.Commands;

/// <summary><c>asteri demo</c>: a node with something in it, and calls to try that work as they are printed.</summary>
internal static class DemoCommand
{
    private const string Space = "demo";

    private static readonly (string Key, string Value)[] Entries =
    [
        ("hello", "world"),
        ("star/polaris", """{"constellation":"Ursa Minor","magnitude":1.98}"""),
        ("star/sirius", """{"constellation":"Canis Major","magnitude":-1.46}"""),
        ("star/vega", """{"constellation":"Lyra","magnitude":0.03}"""),
    ];

    private static readonly SettingLayer Defaults = new(
        "demo", [new("Storage:Directory", "./data/demo"), new("Logging:Level", nameof(LogLevel.Warning))]);

    public static Command Make(Terminal terminal)
    {
        var command = new Command(
            "demo", "Runs a node on a data directory of its own (./data/demo), puts a few entries in, and shows what to do with them.");
        var exit = new Option<bool>("--exit") { Description = "End after the show instead of serving on." };
        command.Options.Add(exit);
        var configuration = new ConfigurationArguments(command);
        command.SetAction(async (line, stop) =>
        {
            var bound = configuration.Bind(line, terminal, Defaults);
            CheckOpen(bound.Options);
            await using var node = await Node.StartAsync(bound, terminal.Error, TimeProvider.System);
            await node.Opened.WaitAsync(stop);
            var reply = await FillAsync(node, stop);
            await terminal.Out.WriteLineAsync(Show(node, reply));
            if (!line.GetValue(exit)) { await ServeCommand.RunAsync(node, stop); }
            return (int)ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The calls that a demo prints carry no key and no certificate.</summary>
    private static void CheckOpen(NodeOptions options)
    {
        bool open = Exposure.Of(options.Server) is { KeysRequired: false, Tls: false } && !options.Security.RequireKeys;
        if (!open)
        {
            throw new SettingsException(["demo: it shows an open node on loopback; leave out address, TLS and RequireKeys, or use 'serve'."]);
        }
    }

    /// <summary>Writes through the wire, as everybody does. The request id makes the second demo on the same directory the same write.</summary>
    private static async Task<ListEntriesResponse> FillAsync(Node node, CancellationToken stop)
    {
        using var channel = new RpcChannel(node.GrpcAddress);
        var service = StoreReflection.Descriptor.Services[0];
        var options = new CallOptions { Cancellation = stop, Timeout = TimeSpan.FromSeconds(30) };
        var write = new WriteEntriesRequest
        {
            Space = Space,
            RequestId = "asteri-demo-1",
            Writes = { Entries.Select(e => PutOf(e.Key, e.Value)) },
        };

        var written = await channel.UnaryAsync<WriteEntriesRequest, WriteEntriesResponse>(service.FindMethodByName("WriteEntries"), write, options);
        var list = new ListEntriesRequest { Space = Space, Read = new() { MinCommitToken = written.Meta.CommitToken } };
        return await channel.UnaryAsync<ListEntriesRequest, ListEntriesResponse>(service.FindMethodByName("ListEntries"), list, options);
    }

    private static EntryWrite PutOf(string key, string value) =>
        new() { Put = new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) } };

    private static string Show(Node node, ListEntriesResponse list)
    {
        var (http, grpc) = (node.HttpAddress.GetLeftPart(UriPartial.Authority), node.GrpcAddress.GetLeftPart(UriPartial.Authority));
        string entries = string.Join(
            '\n', list.Entries.Select(e => $"  {e.Key.ToStringUtf8(),-14} {e.Value.ToStringUtf8()}   (version {e.Version})"));
        string write = $$$"""{"requestId":"mine-1","writes":[{"put":{"key":"{{{Base64("mine")}}}","value":"{{{Base64("kept")}}}"}}]}""";
        string python = $"import grpc; channel = grpc.insecure_channel('{node.GrpcAddress.Authority}'); " +
            @"print(channel.unary_unary('/asteri.v1.StoreService/GetEntry')(b'\n\x04demo\x12\x05hello'))";
        return $"""
            A node runs: HTTP {http}, gRPC {grpc}. Its space "{Space}" holds, durably:

            {entries}

            Try in another terminal (in JSON, bytes are base64):

              curl -s {http}/v1/spaces/{Space}/entries
              curl -s {http}/v1/spaces/{Space}/entries/{Base64("hello")}
              curl -s -X POST {http}/v1/spaces/{Space}/entries:write -H 'content-type: application/json' -d '{write}'
              curl -s '{http}/v1/spaces/{Space}/entries:scan?prefix={Base64("star")}'
              curl -s {http}/readyz
              {Program()} health --server {grpc}
              {Program()} snapshot create --server {grpc}
              {Program()} keys list --server {grpc}

            A stock gRPC client (Python's grpcio; the bytes are a GetEntryRequest of space "demo", key "hello"):

              python3 -c "{python}"

            Ctrl-C stops the node; what was acknowledged is there again when it starts.
            """;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>How this program is called from where it was called.</summary>
    private static string Program()
    {
        string program = Environment.ProcessPath ?? "asteri";
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? $"dotnet {Relative(typeof(DemoCommand).Assembly.Location)}"
            : Relative(program);
    }

    private static string Relative(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : Path.Combine(".", relative);
    }
}
