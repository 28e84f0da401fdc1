namespace Asteri.Interop.Peers;

/// <summary>The peers that we are measured against, and what their libraries cannot express.</summary>
public static class StockPeers
{
    private const string Install = "run tests/peers/install.sh";
    private const string ServerSeesNoFlag = "does not show a server whether a request came compressed, so that it cannot refuse the probe";

    private static readonly string Peers = Path.Combine(Repository.Root, "tests", "peers");
    private static readonly string Built = Path.Combine(Repository.Root, "artifacts", "peers");

    /// <summary>@grpc/grpc-js.</summary>
    public static Peer Node { get; } = new("node", "node", [Path.Combine(Peers, "node", "interop.mjs")], MissingNode)
    {
        ServerLimits = new Dictionary<string, string>
        {
            ["client_compressed_unary"] = $"grpc-js {ServerSeesNoFlag}",
            ["client_compressed_streaming"] = $"grpc-js {ServerSeesNoFlag}",
            ["server_compressed_unary"] = "grpc-js's server does not compress responses",
            ["server_compressed_streaming"] = "grpc-js's server does not compress responses",
        },
    };

    /// <summary>Debian's grpcio, so Debian's Python.</summary>
    public static Peer Python { get; } = new("python", "/usr/bin/python3", ["-B", Path.Combine(Peers, "python", "interop.py")], MissingPython)
    {
        ClientLimits = new Dictionary<string, string>
        {
            ["client_compressed_streaming"] = "grpcio's client compresses all messages of a call or none",
        },
        ServerLimits = new Dictionary<string, string>
        {
            ["client_compressed_unary"] = $"grpcio {ServerSeesNoFlag}",
            ["client_compressed_streaming"] = $"grpcio {ServerSeesNoFlag}",
        },
    };

    /// <summary>Debian's grpc++.</summary>
    public static Peer Cpp { get; } = new("cpp", Path.Combine(Built, "cpp", "interop"), [], MissingCpp);

    public static IReadOnlyList<Peer> All { get; } = [Node, Python, Cpp];

    /// <summary>The peer of this name.</summary>
    public static Peer Find(string name) => All.Single(p => p.Name == name);

    private static string? MissingNode() =>
        !CanRun("node", "--version") ? "node is not installed"
        : !File.Exists(Path.Combine(Peers, "node", "node_modules", "@grpc", "grpc-js", "package.json")) ? $"@grpc/grpc-js is not installed: {Install}"
        : null;

    private static string? MissingPython() =>
        !CanRun("/usr/bin/python3", "-c", "import grpc, google.protobuf") ? $"python3-grpcio or python3-protobuf is not installed: {Install}"
        : !File.Exists(Path.Combine(Built, "python", "grpc", "testing", "test_pb2_grpc.py")) ? $"the Python stubs are not generated: {Install}"
        : null;

    private static string? MissingCpp() =>
        File.Exists(Path.Combine(Built, "cpp", "interop")) ? null : $"the C++ peer is not built: {Install}";

    private static bool CanRun(string program, params string[] arguments)
    {
        try
        {
            return PeerProcess.RunAsync(program, arguments).GetAwaiter().GetResult().ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No such program.
            return false;
        }
    }
}
