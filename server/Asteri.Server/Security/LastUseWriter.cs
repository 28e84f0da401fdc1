using Asteri.Engine.Storage;

namespace Asteri.Server.Security;

/// <summary>
/// Brings the last uses of keys into the store, every few minutes and at the stop. They are worth no more: a crash forgets minutes of a value that is
/// kept by the hour.
/// </summary>
public sealed class LastUseWriter(KeyRing keys, TimeProvider time, ILogger<LastUseWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) { await WriteAsync(stoppingToken); }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop: StopAsync writes for the last time.
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        try { await keys.WriteLastUsesAsync(cancellation); }
        catch (StoreException e) { logger.LogWarning("The last uses of keys were not written: {Reason}", e.Message); }
    }
}
