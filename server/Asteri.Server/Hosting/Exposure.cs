using System.Net;
using Asteri.Server.Settings;

namespace Asteri.Server.Hosting;

/// <summary>
/// What the address demands. On loopback everything is open while there is no key, and TLS is a choice. On any other address keys are required, and so is TLS
/// unless a proxy ends it upstream or the operator says, in so many words, that the network is safe.
/// </summary>
internal sealed record Exposure(bool LoopbackOnly, bool KeysRequired, bool Tls)
{
    /// <exception cref="SettingsException">The address requires TLS, and the options forbid it.</exception>
    public static Exposure Of(ServerOptions options)
    {
        bool loopback = options.Addresses.All(IPAddress.IsLoopback);
        bool required = !loopback && !options.Tls.TerminatedUpstream && !options.Insecure;
        if (required && options.Tls.Enabled == false)
        {
            throw new SettingsException([
                $"Server:Tls:Enabled: it is false, but {options.Address} is not loopback and keys would travel in the clear. Leave it out (a certificate is made when none " +
                "is given), or say that TLS ends upstream (Server:Tls:TerminatedUpstream) or that the network is safe (--insecure).",
            ]);
        }

        bool tls = options.Tls.Enabled ?? (required || options.Tls.CertificateFile.Length > 0);
        return new(loopback, KeysRequired: !loopback, tls);
    }
}
