using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Faster;

namespace Asteri.Engine.Tests.Storage.Faster;

public sealed class ZeroFillTests
{
    [Fact]
    public void BeforeWrite_WhileZerosAreWritten_NoWriteIsLost()
    {
        const int segmentBytes = 4 << 20;
        using var directory = new TempDirectory();
        using var files = SegmentFiles.Open(LinuxDisk.Instance, directory.Path, segmentBytes);
        files.ReserveUntil(8 * segmentBytes);
        var fault = new IoFault();
        var random = new Random(5);
        var expected = new byte[24 << 20];
        using (var zeros = new ZeroFill(files, fault))
        {
            for (var at = 0; at < expected.Length - (1 << 20);)
            {
                var bytes = expected.AsSpan(at, random.Next(1, random.Next(20) == 0 ? 1 << 20 : 20_000));
                random.NextBytes(bytes);
                zeros.BeforeWrite(at + bytes.Length);
                files.Write(at, bytes);
                zeros.AfterCommit(bytes.Length);
                at += bytes.Length;
            }
        }

        var read = new byte[expected.Length];
        files.Read(0, read);
        Assert.True(expected.AsSpan().SequenceEqual(read));
        Assert.False(fault.IsPoisoned);
    }
}
