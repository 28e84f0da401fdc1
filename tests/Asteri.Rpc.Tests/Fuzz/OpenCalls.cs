using Asteri.Rpc.Calls;

namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>Counts the calls that an interceptor has seen begin and not end: whatever holds a slot for a call must get it back.</summary>
internal sealed class OpenCalls
{
    private int _open;

    public async ValueTask CountAsync(ServerCall call, Func<ValueTask> next)
    {
        // Reading the metadata is part of every real server's interceptors.
        Assert.True(call.RequestHeaders.Count >= 0);
        Interlocked.Increment(ref _open);
        try
        {
            await next();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    public async Task AssertNoneIsLeftAsync()
    {
        for (int i = 0; i < 100 && Volatile.Read(ref _open) > 0; i++) { await Task.Delay(100); }
        Assert.Equal(0, Volatile.Read(ref _open));
    }
}
