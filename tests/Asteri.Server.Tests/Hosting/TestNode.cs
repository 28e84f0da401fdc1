using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Server.Hosting;
using Asteri.Server.Settings;
using Asteri.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Server.Tests.Hosting;

/// <summary>A node on free ports and a small store of two lanes, with a client of each door.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly (string Key, string Value)[] Small =
    [
        ("Server:HttpPort", "0"), ("Server:GrpcPort", "0"), ("Server:ShutdownGrace", "5s"), ("Storage:Lanes", "2"), ("Storage:PageBytes", "4MiB"),
        ("Storage:SegmentBytes", "8MiB"), ("Storage:ValueMemoryBytes", "16MiB"), ("Storage:IndexBytes", "1MiB"), ("Storage:MinFreeBytes", "1MiB"),
        ("Logging:Level", "Error"),
    ];

    private readonly bool _ownsDirectory;
    private readonly StringWriter _notices;

    private TestNode(Node node, string directory, bool ownsDirectory, StringWriter notices)
    {
        (Node, DataDirectory, _ownsDirectory, _notices) = (node, directory, ownsDirectory, notices);
        Channel = Connect();
        Http = new(TrustingHandler()) { BaseAddress = node.HttpAddress };
    }

    public Node Node { get; }

    public string DataDirectory { get; }

    /// <summary>Calls without a key.</summary>
    public RpcChannel Channel { get; }

    public HttpClient Http { get; }

    /// <summary>The fingerprint of the certificate that the node made; null without TLS.</summary>
    public string? Fingerprint =>
        Node.GrpcAddress.Scheme == "https" ? ServerCertificate.FingerprintOf(Path.Combine(DataDirectory, "tls", "self-signed.pem")) : null;

    /// <summary>What the node told people.</summary>
    public string Notices => _notices.ToString();

    /// <summary>The first administrator's key, from the notices.</summary>
    public string FirstKey => Notices.Split('\n').Single(l => l.Contains("ast_", StringComparison.Ordinal)).Split(' ')[^1].Trim();

    public static ServiceDescriptor StoreService { get; } = StoreReflection.Descriptor.Services[0];

    public static ServiceDescriptor AdminService { get; } = AdminReflection.Descriptor.Services[0];

    public static async Task<TestNode> StartAsync(string? directory = null, params (string Key, string Value)[] settings)
    {
        string data = directory ?? Directory.CreateTempSubdirectory("asteri-node-").FullName;
        var layers = new SettingLayers()
            .AddCommandLine([.. Small.Append(("Storage:Directory", data)).Concat(settings).Select(s => KeyValuePair.Create(s.Item1, s.Item2))]);
        var notices = new StringWriter();
        var node = await Node.StartAsync(SettingBinder.Bind<NodeOptions>(layers, o => o.Validate()), notices, TimeProvider.System);
        try
        {
            await node.Opened.WaitAsync(TimeSpan.FromSeconds(60));
            return new(node, data, directory is null, notices);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>The settings of a small node as arguments of <c>asteri</c>.</summary>
    public static string[] Arguments(string directory) =>
        ["--data", directory, .. Small.Where(s => s.Key != "Logging:Level").SelectMany(s => new[] { "--set", $"{s.Key}={s.Value}" })];

    public RpcChannel Connect(string? key = null)
    {
        var headers = new Metadata();
        if (key is not null) { headers.Add("authorization", $"Bearer {key}"); }
        return new(Node.GrpcAddress, new()
        {
            Headers = headers,
            DefaultTimeout = TimeSpan.FromSeconds(30),
            ServerCertificateSha256 = Fingerprint,
        });
    }

    /// <summary>A handler that trusts the node's own certificate and no other.</summary>
    public SocketsHttpHandler TrustingHandler() => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => IsOurs(shown!) },
    };

    public Task<TReply> CallAsync<TRequest, TReply>(string method, TRequest request, RpcChannel? channel = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new()
    {
        var descriptor = StoreService.FindMethodByName(method) ?? AdminService.FindMethodByName(method);
        return (channel ?? Channel).UnaryAsync<TRequest, TReply>(descriptor, request);
    }

    public Task<WriteEntriesResponse> WriteAsync(WriteEntriesRequest request, RpcChannel? channel = null) =>
        CallAsync<WriteEntriesRequest, WriteEntriesResponse>("WriteEntries", request, channel);

    public Task<WriteEntriesResponse> PutAsync(string space, string key, string value, RpcChannel? channel = null) =>
        WriteAsync(new() { Space = space, Writes = { Put(key, value) } }, channel);

    /// <summary>The value under a key, or null when there is none.</summary>
    public async Task<string?> GetAsync(string space, string key, RpcChannel? channel = null)
    {
        try
        {
            var reply = await CallAsync<GetEntryRequest, GetEntryResponse>(
                "GetEntry",
                new() { Space = space, Key = ByteString.CopyFromUtf8(key) },
                channel);
            return reply.Entry.Value.ToStringUtf8();
        }
        catch (RpcException e) when (e.Status.Code == RpcCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The key of a tenant, made with the administrator's.</summary>
    public async Task<string> MakeKeyAsync(RpcChannel admin, string tenant, params Scope[] scopes)
    {
        var request = new CreateKeyRequest { Tenant = tenant, Scopes = { scopes } };
        return (await CallAsync<CreateKeyRequest, CreateKeyResponse>("CreateKey", request, admin)).Secret;
    }

    private bool IsOurs(X509Certificate shown) => shown.GetCertHashString(HashAlgorithmName.SHA256) == Fingerprint;

    public static EntryWrite Put(string key, string value) =>
        new() { Put = new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) } };

    public static EntryWrite Delete(string key) => new() { Delete = new() { Key = ByteString.CopyFromUtf8(key) } };

    public static async Task<RpcException> FailureAsync(Func<Task> call) => await Assert.ThrowsAsync<RpcException>(call);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        await Node.DisposeAsync();
        if (_ownsDirectory) { Directory.Delete(DataDirectory, recursive: true); }
    }
}
