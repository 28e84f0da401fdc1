using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Client;

/// <summary>
/// A connection pool to one server, over HTTP/2. Thread-safe; made once and kept. An http address is spoken to in HTTP/2 from the first byte
/// (h2c), an https one over TLS. More connections are opened when the streams of the first are used up.
/// </summary>
public sealed class RpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly ConcurrentDictionary<MethodDescriptor, Uri> _methods = new();

    /// <exception cref="ArgumentException">The address is no http or https address, or the fingerprint is none.</exception>
    public RpcChannel(Uri address, RpcChannelOptions? options = null)
    {
        if (address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{address}' is no address of a server; give http://host:port or https://host:port.", nameof(address));
        }

        _address = address;
        Options = options ?? new();
        _http = new(NewHandler(Options), disposeHandler: true);
    }

    internal RpcChannelOptions Options { get; }

    /// <summary>One request, one response.</summary>
    /// <exception cref="RpcException">The call did not end with OK.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(MethodDescriptor method, TRequest request, CallOptions? options = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        await using var call = new HttpClientCall<TRequest, TResponse>(this, method, options ?? CallOptions.Default);
        call.Send(request);
        return await call.ReadOneAsync();
    }

    /// <summary>Any shape, message by message: the general form that the streaming calls are made of.</summary>
    public ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(MethodDescriptor method, CallOptions? options = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var call = new HttpClientCall<TRequest, TResponse>(this, method, options ?? CallOptions.Default);
        call.Send(onlyRequest: null);
        return call;
    }

    /// <summary>Closes the connections; calls under way end with an error.</summary>
    public void Dispose() => _http.Dispose();

    internal Uri AddressOf(MethodDescriptor method) =>
        _methods.TryGetValue(method, out var known) ? known : _methods.GetOrAdd(method, m => new(_address, $"/{m.Service.FullName}/{m.Name}"));

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        _http.SendAsync(request, cancellation);

    private static SocketsHttpHandler NewHandler(RpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            // A peer that vanished without a word (power, network) is noticed while calls wait for it.
            KeepAlivePingDelay = options.KeepAlive,
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (options.ServerCertificateSha256 is { } fingerprint)
        {
            byte[] expected = ParseFingerprint(fingerprint);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsPinned(certificate, expected);
        }

        return handler;
    }

    private static byte[] ParseFingerprint(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new ArgumentException($"'{text}' is no SHA-256 fingerprint; it has 64 hexadecimal digits.", nameof(text));
    }

    private static bool IsPinned(X509Certificate? certificate, byte[] expected) =>
        certificate is not null && certificate.GetCertHash(HashAlgorithmName.SHA256).AsSpan().SequenceEqual(expected);
}
