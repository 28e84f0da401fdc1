namespace Asteri.Server.Hosting;

/// <summary>The web host takes no signals and prints nothing: when a node starts and stops is its command's business.</summary>
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
