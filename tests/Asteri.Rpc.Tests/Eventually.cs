using System.Diagnostics;

namespace Asteri.Rpc.Tests;

/// <summary>Waits for what another thread will do, for as long as a busy machine may need.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It did not happen within {Patience}.");
            await Task.Delay(5);
        }
    }

    /// <summary>Returns once the value has not changed for a while.</summary>
    public static async Task SettledAsync(Func<int> value)
    {
        long start = Stopwatch.GetTimestamp();
        for (int before = -1; before != value();)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It goes on changing after {Patience}.");
            before = value();
            await Task.Delay(700);
        }
    }
}
