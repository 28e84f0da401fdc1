namespace Asteri.Server.Tests.Commands;

/// <summary>A writer that tells when a command has said its first whole thing.</summary>
internal sealed class FirstWords : StringWriter
{
    private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Said => _said.Task;

    public override Task WriteLineAsync(string? value)
    {
        _said.TrySetResult(value ?? "");
        return Task.CompletedTask;
    }
}
