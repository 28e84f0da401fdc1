using System.Net;

namespace Asteri.Server.Hosting;

/// <summary>
/// What the address demands. On loopback everything is open while keys are not asked for, and TLS is a choice. On any other address keys are
/// required, and so is TLS unless a proxy ends it upstream or the operator says, in so many words, that the network is safe. A proxy upstream brings
/// the world to loopback, so behind one keys are required there too.
/// </summary>
internal sealed record Exposure(bool KeysRequired, bool Tls)
{
    public static Exposure Of(ServerOptions options) => new(
        KeysRequired: !IsLoopback(options) || options.Tls.TerminatedUpstream,
        Tls: options.Tls.Enabled ?? (RequiresTls(options) || options.Tls.CertificateFile.Length > 0));

    /// <summary>What is wrong when the address requires TLS and the options forbid it; null when nothing is.</summary>
    public static string? FaultOf(ServerOptions options) => RequiresTls(options) && options.Tls.Enabled == false
        ? $"Server:Tls:Enabled: it is false, but {options.Address} is not loopback, and keys would travel in the clear. Leave it out " +
            "(a certificate is made when none is given), or say that TLS ends upstream " +
            "(Server:Tls:TerminatedUpstream), or that the network is safe (--insecure)."
        : null;

    private static bool RequiresTls(ServerOptions options) => !IsLoopback(options) && !options.Tls.TerminatedUpstream && !options.Insecure;

    private static bool IsLoopback(ServerOptions options) => IPAddress.IsLoopback(options.IPAddress);
}
