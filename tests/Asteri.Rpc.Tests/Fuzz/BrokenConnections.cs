using System.Buffers;
using Asteri.Rpc.Tests.Echo;
using Asteri.Rpc.Tests.Wire;
using static Asteri.Rpc.Tests.Wire.Http2;
using static Asteri.Rpc.Tests.Wire.RawCall;

namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>
/// Connections that break HTTP/2 itself, or use its rules against the server. What they are owed is nothing; what the server owes is to live on.
/// </summary>
internal sealed class BrokenConnections(Uri address, FuzzTally tally)
{
    private static readonly byte[] Hello = Frame(new Word { Text = "hello" });

    /// <summary>Slow ones, held open beside all the others until the end.</summary>
    private readonly List<RawConnection> _held = [];

    private delegate int Attack(ArrayBufferWriter<byte> output, RawConnection connection, Random random);

    private static (string Name, Attack Write)[] Attacks { get; } =
    [
        ("FlippedHttp2", FlipBits),
        ("ContinuationFlood", FloodContinuations),
        ("RapidReset", ResetRapidly),
        ("PingFlood", FloodPings),
        ("HugeHeaders", SendHugeHeaders),
        ("WindowOverflow", OverflowWindow),
        ("WrongStreams", UseWrongStreams),
        ("BrokenHpack", BreakHpack),
    ];

    /// <summary>One connection of each kind.</summary>
    public async Task RunAsync(Random random)
    {
        foreach (var (name, write) in Attacks)
        {
            await using var connection = await RawConnection.OpenAsync(address);
            await SendAsync(name, connection, write, random);
        }

        await GarbleHelloAsync(random);
        await HoldZeroWindowAsync();
        await HoldSlowHeadersAsync();
    }

    public async Task CloseHeldAsync()
    {
        foreach (var connection in _held) { await connection.DisposeAsync(); }
        _held.Clear();
    }

    private async Task SendAsync(string name, RawConnection connection, Attack write, Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        int requests = write(output, connection, random);
        await connection.SendAsync(output.WrittenMemory);
        await Task.WhenAny(connection.Closed, Task.Delay(100));
        tally.AddBroken(name, requests, connection.GoAway is { } error ? $"GOAWAY {error}" : connection.IsOpen ? "still open" : "closed");
    }

    private async Task GarbleHelloAsync(Random random)
    {
        await using var connection = await RawConnection.ConnectAsync(address);
        byte[] noise = new byte[random.Next(1, 200)];
        random.NextBytes(noise);
        await connection.SendAsync(noise);
        await Task.WhenAny(connection.Closed, Task.Delay(50));
        tally.AddBroken("GarbledHello", 1, connection.IsOpen ? "still open" : "closed");
    }

    /// <summary>Asks for much and lets the server send nothing.</summary>
    private async Task HoldZeroWindowAsync()
    {
        var connection = await RawConnection.OpenAsync(address, window: 0);
        _held.Add(connection);
        var output = new ArrayBufferWriter<byte>();
        for (int i = 0; i < 50; i++)
        {
            var (id, _) = connection.NewStream();
            WriteHeaders(output, id, Headers());
            WriteData(output, id, Hello, end: true);
        }

        await connection.SendAsync(output.WrittenMemory);
        tally.AddBroken("ZeroWindow", 50, "held");
    }

    /// <summary>Begins requests and never ends their headers.</summary>
    private async Task HoldSlowHeadersAsync()
    {
        var connection = await RawConnection.OpenAsync(address);
        _held.Add(connection);
        var output = new ArrayBufferWriter<byte>();
        byte[] block = Hpack.Write(Headers());
        WriteFrame(output, FrameType.Headers, 0, connection.NewStream().Id, block.AsSpan(0, block.Length / 2));
        await connection.SendAsync(output.WrittenMemory);
        tally.AddBroken("SlowHeaders", 1, "held");
    }

    private static int FlipBits(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        const int Requests = 10;
        for (int i = 0; i < Requests; i++)
        {
            var (id, _) = connection.NewStream();
            WriteHeaders(output, id, Headers());
            WriteData(output, id, Hello, end: true);
        }

        byte[] bytes = output.WrittenSpan.ToArray();
        for (int flips = 1 + random.Next(6); flips > 0; flips--) { bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); }
        output.ResetWrittenCount();
        output.Write(bytes);
        return Requests;
    }

    private static int FloodContinuations(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        var (id, _) = connection.NewStream();
        WriteFrame(output, FrameType.Headers, 0, id, Hpack.Write(Headers()));
        byte[] more = random.Next(2) == 0 ? [] : Hpack.Write([("x-more", "and more")]);
        for (int i = 0; i < 10_000; i++) { WriteFrame(output, FrameType.Continuation, 0, id, more); }
        return 1;
    }

    private static int ResetRapidly(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        const int Requests = 300;
        for (int i = 0; i < Requests; i++)
        {
            var (id, _) = connection.NewStream();
            WriteHeaders(output, id, Headers());
            if (random.Next(2) == 0) { WriteData(output, id, Hello, end: false); }
            WriteReset(output, id, error: 8);
        }

        return Requests;
    }

    private static int FloodPings(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        for (int i = 0; i < 3_000; i++) { WriteFrame(output, FrameType.Ping, 0, 0, new byte[8]); }
        for (int i = 0; i < 1_000; i++) { WriteSetting(output, Setting.InitialWindowSize, (uint)random.Next()); }
        return 1;
    }

    private static int SendHugeHeaders(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        var (id, _) = connection.NewStream();
        byte[] block = Hpack.Write([.. Headers(), .. Enumerable.Range(0, 500).Select(i => ($"x-{i}", new string('h', 1_000)))]);
        for (int at = 0; at < block.Length; at += 16_000)
        {
            var part = block.AsSpan(at, Math.Min(16_000, block.Length - at));
            byte flags = at + part.Length == block.Length ? EndHeaders : (byte)0;
            WriteFrame(output, at == 0 ? FrameType.Headers : FrameType.Continuation, flags, id, part);
        }

        return 1;
    }

    private static int OverflowWindow(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        var (id, _) = connection.NewStream();
        WriteHeaders(output, id, Headers());
        WriteWindowUpdate(output, random.Next(2) == 0 ? id : 0, random.Next(2) == 0 ? 0 : int.MaxValue);
        WriteData(output, id, Hello, end: true);
        return 1;
    }

    private static int UseWrongStreams(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        int id = random.Next(0, 3) * 2;
        WriteData(output, random.Next(0, 9), Hello, end: true);
        WriteHeaders(output, id, Headers());
        WriteFrame(output, (FrameType)random.Next(256), (byte)random.Next(256), random.Next(9), new byte[random.Next(40)]);
        return 1;
    }

    private static int BreakHpack(ArrayBufferWriter<byte> output, RawConnection connection, Random random)
    {
        var (id, _) = connection.NewStream();
        byte[] noise = new byte[random.Next(1, 100)];
        random.NextBytes(noise);
        WriteFrame(output, FrameType.Headers, EndHeaders, id, [.. Hpack.Write(Headers()), .. noise]);
        return 1;
    }
}
