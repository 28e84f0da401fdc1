using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Asteri.Compute.Os;

namespace Asteri.Server.Security;

/// <summary>The pepper's file: 64 hexadecimal digits and a line feed, mode 0600.</summary>
internal static class PepperFile
{
    private const int PepperBytes = 32;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="SecurityException">Others can read the file, or its content is no pepper.</exception>
    public static byte[] ReadOrMake(string path)
    {
        if (!File.Exists(path)) { Make(path); }
        return Read(path);
    }

    private static byte[] Read(string path)
    {
        using var file = PosixFile.Open(path, FileMode.Open);
        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);
        if ((mode & Others) != 0)
        {
            throw new SecurityException(
                $"The pepper '{path}' has mode {Convert.ToString((int)mode, 8)}: others can read it. Set it to 600, and rotate the keys.");
        }

        Span<byte> digits = stackalloc byte[(2 * PepperBytes) + 2];
        int length = PosixFile.Read(file, path, 0, digits);
        byte[] pepper = new byte[PepperBytes];
        bool whole = length == (2 * PepperBytes) + 1 && digits[length - 1] == '\n'
            && Convert.FromHexString(digits[..(2 * PepperBytes)], pepper, out _, out _) == OperationStatus.Done;
        CryptographicOperations.ZeroMemory(digits);
        return whole
            ? pepper
            : throw new SecurityException($"'{path}' is no pepper: it must hold 64 hexadecimal digits and a line feed. Restore it from the backup.");
    }

    /// <summary>Under a name of its own first, so that a power cut leaves either a whole file or none.</summary>
    private static void Make(string path)
    {
        string made = path + ".new";
        File.Delete(made);
        using (var file = PosixFile.Open(made, FileMode.CreateNew))
        {
            PosixFile.Write(file, made, 0, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(2 * PepperBytes, lowercase: true) + "\n"));
            PosixFile.Sync(file, made);
        }

        PosixFile.Rename(made, path);
        PosixFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
