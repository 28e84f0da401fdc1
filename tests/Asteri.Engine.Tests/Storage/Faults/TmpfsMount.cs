using System.Diagnostics;
using System.Globalization;

namespace Asteri.Engine.Tests.Storage.Faults;

/// <summary>A file system in memory with little room.</summary>
internal sealed class TmpfsMount : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("asteri-tmpfs-").FullName;

    /// <exception cref="IOException">It cannot be mounted.</exception>
    public TmpfsMount(long bytes)
    {
        var (code, error) = Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", _path);
        if (code == 0)
            return;
        Directory.Delete(_path);
        throw new IOException(error.Trim());
    }

    public string this[string name] => Path.Combine(_path, name);

    public long FreeBytes => new DriveInfo(_path).AvailableFreeSpace;

    public void Dispose()
    {
        Run("umount", "--lazy", _path);
        Directory.Delete(_path);
    }

    private static (int Code, string Error) Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, error.Message);
        }
    }
}
