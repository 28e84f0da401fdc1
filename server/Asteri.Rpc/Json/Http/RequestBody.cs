using System.IO.Compression;
using System.IO.Pipelines;
using Asteri.Rpc.Framing;
using Microsoft.AspNetCore.Http;

namespace Asteri.Rpc.Json.Http;

/// <summary>
/// The body of a request: as a whole, or line by line. Memory grows with the bytes that came, never with a length that was only announced, and
/// ends at the limit, which counts compressed and decompressed bytes alike.
/// </summary>
internal sealed class RequestBody(HttpRequest request, RequestBody.Shape shape) : IAsyncDisposable
{
    /// <summary>What a body may be.</summary>
    /// <param name="MaxBytes">The most bytes of a document, compressed or not.</param>
    /// <param name="IsGzip">The bytes that come are compressed.</param>
    /// <param name="TooLarge">How a larger one is refused.</param>
    internal sealed record Shape(int MaxBytes, bool IsGzip, HttpRefusal TooLarge);

    private const byte NewLine = (byte)'\n';
    private PipeReader? _lines;

    /// <summary>All bytes of the body, decompressed. The caller disposes them.</summary>
    /// <exception cref="HttpRefusalException">The body is too large, or not what its headers say.</exception>
    public async ValueTask<PooledBuffer> ReadAllAsync(CancellationToken cancellation)
    {
        if (request.ContentLength > shape.MaxBytes) { throw new HttpRefusalException(shape.TooLarge); }
        var bytes = new PooledBuffer();
        try
        {
            while (await AppendAsync(bytes, cancellation)) { }
            return shape.IsGzip ? Decompress(bytes) : bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>The next line that is not blank; null at the end. The caller disposes it.</summary>
    /// <exception cref="HttpRefusalException">A line is too long, or the body is not what its headers say.</exception>
    public async ValueTask<PooledBuffer?> ReadLineAsync(CancellationToken cancellation)
    {
        _lines ??= shape.IsGzip ? PipeReader.Create(new GZipStream(request.Body, CompressionMode.Decompress)) : request.BodyReader;
        while (true)
        {
            var read = await Guard(() => _lines.ReadAsync(cancellation));
            var buffer = read.Buffer;
            var end = System.Buffers.BuffersExtensions.PositionOf(buffer, NewLine);
            var line = end is { } position ? buffer.Slice(0, position) : buffer;
            if (line.Length > shape.MaxBytes)
            {
                _lines.AdvanceTo(buffer.End);
                throw new HttpRefusalException(shape.TooLarge);
            }

            if (end is null && !read.IsCompleted)
            {
                _lines.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            var copy = Copy(line);
            _lines.AdvanceTo(end is { } newLine ? buffer.GetPosition(1, newLine) : buffer.End);
            if (copy is not null || end is null) { return copy; }
        }
    }

    public ValueTask DisposeAsync() => shape.IsGzip && _lines is not null ? _lines.CompleteAsync() : ValueTask.CompletedTask;

    private static PooledBuffer? Copy(in System.Buffers.ReadOnlySequence<byte> line)
    {
        var copy = new PooledBuffer();
        foreach (var part in line) { copy.Write(part.Span); }
        foreach (var part in line)
        {
            if (part.Span.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r')) { return copy; }
        }

        copy.Dispose();
        return null;
    }

    private async ValueTask<bool> AppendAsync(PooledBuffer bytes, CancellationToken cancellation)
    {
        var reader = request.BodyReader;
        var read = await Guard(() => reader.ReadAsync(cancellation));
        bool fits = bytes.Length + read.Buffer.Length <= shape.MaxBytes;
        foreach (var part in read.Buffer)
        {
            if (fits) { bytes.Write(part.Span); }
        }

        // A refusal gives the bytes back as well: the web server drains what is left, and could not while a read is open.
        reader.AdvanceTo(read.Buffer.End);
        if (!fits) { throw new HttpRefusalException(shape.TooLarge); }
        return !read.IsCompleted;
    }

    private PooledBuffer Decompress(PooledBuffer packed)
    {
        if (packed.Length == 0) { return packed; }
        var plain = new PooledBuffer();
        try
        {
            if (!Gzip.TryDecompress(packed.Sequence, plain, shape.MaxBytes)) { throw new HttpRefusalException(shape.TooLarge); }
            packed.Dispose();
            return plain;
        }
        catch (InvalidDataException e)
        {
            plain.Dispose();
            throw new HttpRefusalException(HttpRefusal.NotReadable(StatusCodes.Status400BadRequest, $"not gzip: {e.Message}"));
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }

    /// <summary>Says what went wrong when the bytes stop coming: broken HTTP, broken gzip, or a caller that is gone.</summary>
    private static async ValueTask<ReadResult> Guard(Func<ValueTask<ReadResult>> read)
    {
        try
        {
            return await read();
        }
        catch (BadHttpRequestException e)
        {
            throw new HttpRefusalException(HttpRefusal.NotReadable(e.StatusCode, e.Message));
        }
        catch (InvalidDataException e)
        {
            throw new HttpRefusalException(HttpRefusal.NotReadable(StatusCodes.Status400BadRequest, $"not gzip: {e.Message}"));
        }
        catch (IOException)
        {
            throw new HttpRefusalException(new(499, new(Calls.RpcCode.Cancelled, "The caller went away before its request was read.")));
        }
    }
}
