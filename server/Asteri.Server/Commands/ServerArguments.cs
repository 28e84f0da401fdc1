using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Client;
using Asteri.Server.Hosting;
using Asteri.Server.Settings;

namespace Asteri.Server.Commands;

/// <summary>
/// The arguments of commands that call a running node, and the channel to it. A key is never an argument: other users of the machine could read it.
/// </summary>
internal sealed class ServerArguments
{
    private const string KeyVariable = "ASTERI_KEY";

    private readonly Option<Uri> _server = new("--server")
    {
        Description = "The node's gRPC address, such as http://127.0.0.1:7451. Without it: the node that this machine's configuration describes.",
        HelpName = "URL",
        CustomParser = ParseAddress,
    };

    private readonly Option<string> _keyFile = new("--key-file")
    {
        Description = $"A file with the key; otherwise the variable {KeyVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<string> _fingerprint = new("--server-certificate")
    {
        Description = "SHA-256 fingerprint of the node's certificate, as it prints it, where the system does not trust its issuer.",
        HelpName = "HEX",
    };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "Seconds to wait for an answer.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
        CustomParser = ParseTimeout,
    };

    private readonly ConfigurationArguments _configuration;

    public ServerArguments(Command command)
    {
        _fingerprint.Validators.Add(CheckFingerprint);
        foreach (Option option in new Option[] { _server, _keyFile, _fingerprint, _timeout }) { command.Options.Add(option); }
        _configuration = new(command);
    }

    /// <summary>A channel to the node, with the caller's key.</summary>
    public RpcChannel Connect(ParseResult line, Terminal terminal)
    {
        var headers = new Metadata();
        if (ReadKey(line, terminal) is { } key) { headers.Add("authorization", $"Bearer {key}"); }
        var (address, fingerprint) = line.GetValue(_server) is { } server
            ? (server, line.GetValue(_fingerprint))
            : Local(_configuration.Bind(line, terminal).Options);
        return new(address, new()
        {
            Headers = headers,
            ServerCertificateSha256 = fingerprint,
            DefaultTimeout = TimeSpan.FromSeconds(line.GetValue(_timeout)),
        });
    }

    /// <summary>The address of the node that a configuration describes, seen from this machine, and the fingerprint of its certificate.</summary>
    internal static (Uri Address, string? Fingerprint) Local(NodeOptions options)
    {
        bool tls = Exposure.Of(options.Server).Tls;
        string host = options.Server.Address is ServerOptions.EveryAddress or "0.0.0.0" or "::" or "localhost" ? "127.0.0.1" : options.Server.Address;
        var address = new UriBuilder(tls ? "https" : "http", host, options.Server.GrpcPort).Uri;
        if (!tls) { return (address, null); }
        string file = options.Server.Tls.CertificateFile.Length > 0
            ? options.Server.Tls.CertificateFile
            : SelfSignedCertificate.FileIn(options.SelfSignedDirectory);
        return (address, File.Exists(file) ? ServerCertificate.FingerprintOf(file) : null);
    }

    private static void CheckFingerprint(OptionResult option)
    {
        if (option.Tokens is not [{ Value: var text }]) { return; }
        string digits = text.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length == 64 && digits.All(char.IsAsciiHexDigit)) { return; }
        option.AddError($"--server-certificate {text}: a SHA-256 fingerprint has 64 hexadecimal digits.");
    }

    private static double ParseTimeout(ArgumentResult given)
    {
        string text = given.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 86_400) { return seconds; }
        given.AddError($"--timeout {text}: write seconds, above 0 and up to 86400.");
        return 0;
    }

    private static Uri? ParseAddress(ArgumentResult given)
    {
        string text = given.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") { return address; }
        given.AddError($"--server {text}: write it as http://HOST:PORT or https://HOST:PORT.");
        return null;
    }

    private string? ReadKey(ParseResult line, Terminal terminal)
    {
        if (line.GetValue(_keyFile) is not { } file)
        {
            return terminal.Environment.GetValueOrDefault(KeyVariable) is { Length: > 0 } key ? Checked(key, KeyVariable) : null;
        }

        return File.Exists(file)
            ? Checked(File.ReadAllText(file), file)
            : throw new SettingsException([$"--key-file {file}: there is no such file."]);
    }

    /// <summary>A key is printable ASCII without spaces; what a header could not carry is refused here, without printing it.</summary>
    private static string Checked(string text, string source)
    {
        string key = text.Trim();
        return key.Length > 0 && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new SettingsException([$"{source}: this is no key; a key is ast_<environment>_<id>_<secret>."]);
    }
}
