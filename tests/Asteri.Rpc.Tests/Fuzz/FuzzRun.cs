using System.Buffers;
using Asteri.Rpc.Tests.Hosting;
using Asteri.Rpc.Tests.Wire;

namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>Sends mutated requests over a few connections at once, each with many streams open, until there were enough.</summary>
internal sealed class FuzzRun(EchoNode node, int seed)
{
    private const int Connections = 4;

    /// <summary>Streams that may wait for their end at the same time on one connection; Kestrel allows 100.</summary>
    private const int OpenStreams = 60;

    private const int FlushBytes = 8 * 1024;

    public FuzzTally Tally { get; } = new();

    public async Task SendAsync(int requests, int brokenRounds)
    {
        var broken = new BrokenConnections(node.Address, Tally);
        var workers = Enumerable.Range(0, Connections).Select(i => Task.Run(() => WorkAsync(new(seed + i), requests / Connections))).ToList();
        var random = new Random(seed - 1);
        for (int round = 0; round < brokenRounds; round++) { await broken.RunAsync(random); }
        await Task.WhenAll(workers);
        await broken.CloseHeldAsync();
    }

    private async Task WorkAsync(Random random, int requests)
    {
        var mutated = new MutatedRequest(random);
        while (requests > 0)
        {
            await using var connection = await RawConnection.OpenAsync(node.Address);
            requests -= await UseAsync(connection, mutated, Math.Min(requests, 5_000));
        }
    }

    /// <summary>Sends requests for as long as the connection lives; returns how many.</summary>
    private async Task<int> UseAsync(RawConnection connection, MutatedRequest mutated, int requests)
    {
        using var room = new SemaphoreSlim(OpenStreams);
        var output = new ArrayBufferWriter<byte>(FlushBytes * 2);
        var ends = new List<Task>(requests);
        int sent = 0;
        for (; sent < requests && connection.IsOpen; sent++)
        {
            if (room.CurrentCount == 0 || output.WrittenCount > FlushBytes) { await FlushAsync(connection, output); }
            if (!await room.WaitAsync(TimeSpan.FromSeconds(60))) { throw new TimeoutException("No stream ended for a minute."); }
            var (id, reply) = connection.NewStream();
            var kind = mutated.Write(output, id);
            if (kind == FuzzKind.Reset) { connection.Forget(id); }
            ends.Add(CountAsync(kind, reply, room));
        }

        await FlushAsync(connection, output);
        await Task.WhenAll(ends).WaitAsync(TimeSpan.FromSeconds(60));
        return sent;
    }

    private async Task CountAsync(FuzzKind kind, RawReply reply, SemaphoreSlim room)
    {
        await reply.Ended;
        Tally.Add(kind, reply);
        room.Release();
    }

    private static async Task FlushAsync(RawConnection connection, ArrayBufferWriter<byte> output)
    {
        await connection.SendAsync(output.WrittenMemory);
        output.ResetWrittenCount();
    }
}
