using Asteri.Rpc.Builtin;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Grpc.Health.V1;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Asteri.Rpc.Tests.Builtin;

public sealed class HealthServiceTests
{
    private readonly ServingStates _states = new(["a.Search", "a.Write"]);
    private readonly RpcService _service;

    public HealthServiceTests() => _service = HealthService.Bind(_states);

    [Theory]
    [InlineData("")]
    [InlineData("a.Search")]
    public async Task Check_BeforeAnythingIsSet_IsNotServing(string service) => Assert.Equal(Status.NotServing, await CheckAsync(service));

    [Fact]
    public async Task Check_OneServiceSet_OthersKeepTheirState()
    {
        _states.Set("a.Search", isServing: true);
        Assert.Equal(Status.Serving, await CheckAsync("a.Search"));
        Assert.Equal(Status.NotServing, await CheckAsync("a.Write"));
        Assert.Equal(Status.NotServing, await CheckAsync(ServingStates.Overall));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync("a.Absent"));
        Assert.Equal(RpcCode.NotFound, error.Status.Code);
        Assert.Contains("a.Absent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_AllSet_NamesEveryServiceAndTheWhole()
    {
        _states.SetAll(isServing: true);
        await using var call = new DirectCall<HealthListRequest, HealthListResponse>(_service, "List");
        call.Send(new());
        call.Complete();
        var statuses = (await call.ReceiveAsync()).Statuses;
        Assert.Equal(["", "a.Search", "a.Write"], statuses.Keys.Order(StringComparer.Ordinal));
        Assert.All(statuses.Values, s => Assert.Equal(Status.Serving, s.Status));
    }

    [Fact]
    public async Task Watch_StateChanges_EachIsTold()
    {
        await using var call = Watch("a.Search");
        Assert.Equal(Status.NotServing, (await call.ReceiveAsync()).Status);
        _states.SetAll(isServing: true);
        Assert.Equal(Status.Serving, (await call.ReceiveAsync()).Status);
        _states.Set("a.Search", isServing: false);
        Assert.Equal(Status.NotServing, (await call.ReceiveAsync()).Status);
    }

    [Fact]
    public async Task Watch_OtherServiceChanges_NothingIsToldTwice()
    {
        await using var call = Watch("a.Search");
        Assert.Equal(Status.NotServing, (await call.ReceiveAsync()).Status);
        _states.Set("a.Write", isServing: true);
        _states.Set("a.Search", isServing: true);
        Assert.Equal(Status.Serving, (await call.ReceiveAsync()).Status);
        Assert.True(call.IsQuiet);
    }

    [Fact]
    public async Task Watch_UnknownService_SendsServiceUnknownAndStaysOpen()
    {
        await using var call = Watch("a.Absent");
        Assert.Equal(Status.ServiceUnknown, (await call.ReceiveAsync()).Status);
        _states.SetAll(isServing: true);
        Assert.True(call.IsQuiet);
    }

    [Fact]
    public async Task Watch_ManyConcurrentChanges_EndsAtTheLastState()
    {
        await using var call = Watch("a.Search");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++) { _states.Set("a.Search", i % 2 == 0); }
        })));
        _states.Set("a.Search", isServing: true);
        _states.SetAll(isServing: false);
        _states.SetAll(isServing: true);
        while ((await call.ReceiveAsync()).Status != Status.Serving || !call.IsQuiet) { }
        Assert.Equal(Status.Serving, await CheckAsync("a.Search"));
    }

    [Fact]
    public void Set_UnknownService_Throws() => Assert.Throws<ArgumentException>(() => _states.Set("a.Absent", isServing: true));

    private DirectCall<HealthCheckRequest, HealthCheckResponse> Watch(string service)
    {
        var call = new DirectCall<HealthCheckRequest, HealthCheckResponse>(_service, "Watch");
        call.Send(new() { Service = service });
        call.Complete();
        return call;
    }

    private async Task<Status> CheckAsync(string service)
    {
        await using var call = new DirectCall<HealthCheckRequest, HealthCheckResponse>(_service, "Check");
        call.Send(new() { Service = service });
        call.Complete();
        return (await call.ReceiveAsync()).Status;
    }
}
