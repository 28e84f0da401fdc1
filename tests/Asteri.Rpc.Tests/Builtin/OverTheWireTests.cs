using System.Net;
using Asteri.Rpc.Builtin;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Rpc.Hosting;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Asteri.Rpc.Tests.Builtin;

/// <summary>Health and reflection as a peer meets them: over HTTP/2.</summary>
public sealed class OverTheWireTests : IAsyncLifetime, IDisposable
{
    private readonly ServingStates _states = new(["asteri.v1.StoreService"]);
    private WebApplication _app = null!;
    private RpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        var store = FakeServices.Store();
        var limits = new MethodLimits { DefaultDeadline = Timeout.InfiniteTimeSpan };
        new RpcHost([store, HealthService.Bind(_states), ReflectionService.Bind([store])], [], _ => limits).UseGrpc(_app);
        await _app.StartAsync();
        _channel = new(new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Watch_OverHttp2_FollowsTheStateAndEndsWithTheCaller()
    {
        var watch = HealthReflection.Descriptor.Services[0].FindMethodByName("Watch");
        await using var call = _channel.Start<HealthCheckRequest, HealthCheckResponse>(watch);
        await call.WriteAsync(new() { Service = "asteri.v1.StoreService" });
        await call.CompleteAsync();
        await using var states = call.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(Status.NotServing, states.Current.Status);
        _states.SetAll(isServing: true);
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(Status.Serving, states.Current.Status);
    }

    [Fact]
    public async Task Check_OverHttp2_AnswersOrSaysNotFound()
    {
        var check = HealthReflection.Descriptor.Services[0].FindMethodByName("Check");
        Assert.Equal(Status.NotServing, (await _channel.UnaryAsync<HealthCheckRequest, HealthCheckResponse>(check, new())).Status);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync<HealthCheckRequest, HealthCheckResponse>(check, new() { Service = "absent" }));
        Assert.Equal(RpcCode.NotFound, error.Status.Code);
    }

    [Fact]
    public async Task Reflection_OverHttp2_AnswersQuestionByQuestion()
    {
        var info = ReflectionReflection.Descriptor.Services[0].FindMethodByName("ServerReflectionInfo");
        await using var call = _channel.Start<ServerReflectionRequest, ServerReflectionResponse>(info);
        await using var answers = call.ReadAllAsync().GetAsyncEnumerator();
        await call.WriteAsync(new() { ListServices = "" });
        Assert.True(await answers.MoveNextAsync());
        Assert.Contains(answers.Current.ListServicesResponse.Service, s => s.Name == "asteri.v1.StoreService");
        await call.WriteAsync(new() { FileContainingSymbol = "asteri.v1.StoreService" });
        Assert.True(await answers.MoveNextAsync());
        Assert.NotEmpty(answers.Current.FileDescriptorResponse.FileDescriptorProto);
        await call.CompleteAsync();
        Assert.False(await answers.MoveNextAsync());
    }
}
