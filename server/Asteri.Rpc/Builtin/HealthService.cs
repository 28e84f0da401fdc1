using System.Runtime.CompilerServices;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Grpc.Health.V1;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Asteri.Rpc.Builtin;

/// <summary>
/// grpc.health.v1.Health over <see cref="ServingStates"/>, as gRPC's health checking document says: Check of an unknown service is NOT_FOUND,
/// Watch of one sends SERVICE_UNKNOWN and stays open. A watcher that reads slowly sees the newest state, and may miss those between. Watch needs
/// a method limit without a deadline.
/// </summary>
public static class HealthService
{
    /// <summary>The service, ready to be served.</summary>
    /// <param name="states">What it tells.</param>
    /// <param name="stopping">
    /// Ends the watches of a server that stops, when they have told the last state: nobody has to wait for a stream that would stay open for ever.
    /// </param>
    public static RpcService Bind(ServingStates states, CancellationToken stopping = default) =>
        RpcService.Bind(HealthReflection.Descriptor, "Health", bind => bind
            .Unary<HealthCheckRequest, HealthCheckResponse>("Check", (request, _) => ValueTask.FromResult(Check(states, request)))
            .Unary<HealthListRequest, HealthListResponse>("List", (_, _) => ValueTask.FromResult(List(states)))
            .ServerStream<HealthCheckRequest, HealthCheckResponse>(
                "Watch", (request, call) => WatchAsync(states, request, stopping, call.Cancellation)));

    private static HealthCheckResponse Check(ServingStates states, HealthCheckRequest request)
    {
        var status = states.Current.Find(request.Service)
            ?? throw new RpcException(RpcCode.NotFound, $"'{request.Service}' is no service of this server; grpc.health.v1.Health/List names them.");
        return new() { Status = status };
    }

    private static HealthListResponse List(ServingStates states)
    {
        var response = new HealthListResponse();
        foreach (var (name, status) in states.Current.Services) { response.Statuses.Add(name, new HealthCheckResponse { Status = status }); }
        return response;
    }

    private static async IAsyncEnumerable<HealthCheckResponse> WatchAsync(
        ServingStates states, HealthCheckRequest request, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        Status? told = null;
        while (true)
        {
            var snapshot = states.Current;
            var status = snapshot.Find(request.Service) ?? Status.ServiceUnknown;
            if (status != told)
            {
                told = status;
                yield return new() { Status = status };
            }

            await snapshot.Changed.Task.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            if (!snapshot.Changed.Task.IsCompleted) { yield break; }
        }
    }
}
