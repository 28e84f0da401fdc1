using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using static Asteri.Rpc.Tests.Wire.Http2;

namespace Asteri.Rpc.Tests.Wire;

/// <summary>A client's end of an HTTP/2 connection that sends whatever bytes it is given, and keeps what comes back per stream.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly ConcurrentDictionary<int, RawReply> _streams = new();
    private readonly SemaphoreSlim _sending = new(1);
    private NetworkStream _stream = null!;
    private Task _reading = Task.CompletedTask;
    private int _nextStream = 1;
    private volatile bool _ended;

    private RawConnection()
    {
    }

    /// <summary>False once the server has said goodbye or closed.</summary>
    public bool IsOpen => !_ended && GoAway is null;

    /// <summary>The HTTP/2 error of the server's GOAWAY.</summary>
    public int? GoAway { get; private set; }

    /// <summary>Complete when the server has closed the connection.</summary>
    public Task Closed => _reading;

    /// <summary>Connects and says hello; <paramref name="window"/> is what the server may send on a stream.</summary>
    public static async Task<RawConnection> OpenAsync(Uri address, uint window = int.MaxValue)
    {
        var connection = await ConnectAsync(address);
        var hello = new ArrayBufferWriter<byte>();
        hello.Write(Preface);
        WriteSetting(hello, Setting.HeaderTableSize, 0);
        WriteSetting(hello, Setting.InitialWindowSize, window);
        WriteWindowUpdate(hello, 0, int.MaxValue - 65_535);
        await connection.SendAsync(hello.WrittenMemory);
        return connection;
    }

    /// <summary>Connects and says nothing.</summary>
    public static async Task<RawConnection> ConnectAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(address.Host, address.Port);
        connection._tcp.NoDelay = true;
        connection._stream = connection._tcp.GetStream();
        connection._reading = Task.Run(connection.ReadAsync);
        return connection;
    }

    /// <summary>A new stream's number and where its reply will be.</summary>
    public (int Id, RawReply Reply) NewStream()
    {
        int id = _nextStream;
        _nextStream += 2;
        var reply = _streams[id] = new();
        if (_ended) { reply.End(); }
        return (id, reply);
    }

    /// <summary>Ends a stream here, without waiting for what the server has to say about it.</summary>
    public void Forget(int stream)
    {
        if (_streams.TryRemove(stream, out var reply)) { reply.End(); }
    }

    /// <summary>Sends bytes; nothing happens when the server has closed already.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (IOException)
        {
            EndAll();
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        await _reading;
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        var input = PipeReader.Create(_stream);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var rest = read.Buffer;
                while (TryTakeFrame(ref rest, out var header, out byte[] payload)) { await ObeyAsync(header, payload); }
                input.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted) { break; }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // Either side closed: every stream ends below.
        }

        EndAll();
    }

    private static bool TryTakeFrame(ref ReadOnlySequence<byte> rest, out (FrameType Type, byte Flags, int Stream) header, out byte[] payload)
    {
        header = default;
        payload = [];
        if (rest.Length < HeaderBytes) { return false; }
        byte[] head = rest.Slice(0, HeaderBytes).ToArray();
        int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(head) >> 8);
        if (rest.Length < HeaderBytes + length) { return false; }
        header = ((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue);
        payload = rest.Slice(HeaderBytes, length).ToArray();
        rest = rest.Slice(HeaderBytes + length);
        return true;
    }

    private async ValueTask ObeyAsync((FrameType Type, byte Flags, int Stream) header, byte[] payload)
    {
        switch (header.Type)
        {
            case FrameType.Settings or FrameType.Ping when (header.Flags & Ack) == 0:
                var answer = new ArrayBufferWriter<byte>();
                WriteFrame(answer, header.Type, Ack, 0, header.Type == FrameType.Ping ? payload : []);
                await SendAsync(answer.WrittenMemory);
                break;
            case FrameType.GoAway:
                GoAway = BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4));
                break;
            case FrameType.Headers or FrameType.Data or FrameType.Reset when _streams.TryGetValue(header.Stream, out var reply):
                Keep(reply, header, payload);
                break;
        }
    }

    private void Keep(RawReply reply, (FrameType Type, byte Flags, int Stream) header, byte[] payload)
    {
        if (header.Type == FrameType.Data) { reply.Body.AddRange(payload); }
        else if (header.Type == FrameType.Reset) { reply.Reset = BinaryPrimitives.ReadInt32BigEndian(payload); }
        else
        {
            reply.Headers.AddRange(Hpack.Read(payload));
            reply.HeaderBlocks++;
        }

        if (header.Type != FrameType.Reset && (header.Flags & EndStream) == 0) { return; }
        _streams.TryRemove(header.Stream, out _);
        reply.End();
    }

    private void EndAll()
    {
        _ended = true;
        foreach (var reply in _streams.Values) { reply.End(); }
        _streams.Clear();
    }
}
