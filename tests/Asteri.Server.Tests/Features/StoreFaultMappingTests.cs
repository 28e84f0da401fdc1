using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Features;
using Asteri.Server.Tests.Support;
using Google.Rpc;

namespace Asteri.Server.Tests.Features;

public sealed class StoreFaultMappingTests
{
    public static TheoryData<StoreFault> Faults => [.. Enum.GetValues<StoreFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public void ToRpc_EveryFault_HasACodeAndAReason(StoreFault fault)
    {
        var rpc = StoreFaultMapping.ToRpc(new(fault, "what happened"), "request-1");

        Assert.NotEqual(RpcCode.Internal, rpc.Status.Code);
        Assert.Equal("asteri", rpc.Detail<ErrorInfo>()!.Domain);
        Assert.NotEmpty(rpc.Detail<ErrorInfo>()!.Reason);
    }

    [Theory]
    [InlineData(StoreFault.Damaged, RpcCode.DataLoss)]
    [InlineData(StoreFault.ReadOnly, RpcCode.Unavailable)]
    [InlineData(StoreFault.OutOfSpace, RpcCode.ResourceExhausted)]
    public void ToRpc_FaultOfTheMachine_TellsNoPath(StoreFault fault, RpcCode code)
    {
        var rpc = StoreFaultMapping.ToRpc(new(fault, "lane 3: /var/secret/segment.7 at 4096"), "request-1");

        Assert.Equal(code, rpc.Status.Code);
        Assert.DoesNotContain("secret", rpc.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToRpc_RequestIdReused_SpeaksOfTheCallersIdAndNotOfTheStores()
    {
        var rpc = StoreFaultMapping.ToRpc(new(StoreFault.RequestIdReused, "request 2f6f0fa66abe6ef5 came before"), "request-1");

        Assert.DoesNotContain("2f6f", rpc.Status.Message, StringComparison.Ordinal);
        Assert.Contains("request_id", rpc.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InterceptAsync_FullDisk_IsToldNowAndThenAndDamageEveryTime()
    {
        var (log, time) = (new CapturedLog<StoreFaultMapping>(), new ManualTime());
        var mapping = new StoreFaultMapping(log, time);
        await MeetAsync(mapping, StoreFault.OutOfSpace, times: 5);
        Assert.Single(log.Lines);

        time.Advance(TimeSpan.FromSeconds(10));
        await MeetAsync(mapping, StoreFault.OutOfSpace, times: 5);
        Assert.Equal(2, log.Lines.Count);

        await MeetAsync(mapping, StoreFault.Damaged, times: 5);
        Assert.Equal(7, log.Lines.Count);
    }

    [Theory]
    [InlineData(StoreFault.Overloaded)]
    [InlineData(StoreFault.Closed)]
    [InlineData(StoreFault.OutOfSpace)]
    public void ToRpc_FaultThatPasses_SaysWhenToComeAgain(StoreFault fault)
    {
        var retry = StoreFaultMapping.ToRpc(new(fault, "full"), "request-1").Detail<RetryInfo>();

        Assert.True(retry!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
    }

    private static async Task MeetAsync(StoreFaultMapping mapping, StoreFault fault, int times)
    {
        for (int i = 0; i < times; i++)
        {
            var call = new FakeCall(BoundServices.Method("WriteEntries"));
            await Assert.ThrowsAsync<RpcException>(
                async () => await mapping.InterceptAsync(call, () => ValueTask.FromException(new StoreException(fault, "what happened"))));
        }
    }
}
