using System.Security.Cryptography.X509Certificates;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Asteri.Rpc.Tests.Hosting;

/// <summary>How an <see cref="EchoNode"/> differs from the plain one.</summary>
internal sealed record EchoSetup
{
    /// <summary>Serves the echo service instead of <see cref="EchoHandlers"/>.</summary>
    public RpcService? Service { get; init; }

    public IReadOnlyList<RpcInterceptor> Interceptors { get; init; } = [];

    /// <summary>By default a deadline that no busy machine reaches.</summary>
    public Func<RpcMethod, MethodLimits> Limits { get; init; } = _ => new() { DefaultDeadline = TimeSpan.FromMinutes(1) };

    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    public X509Certificate2? Certificate { get; init; }

    public Action<KestrelServerOptions> Kestrel { get; init; } = _ => { };
}
