using System.CommandLine;
using System.CommandLine.Parsing;
using Asteri.Server.Hosting;
using Asteri.Server.Settings;

namespace Asteri.Server.Commands;

/// <summary>
/// The arguments that every command which needs the configuration has, and the configuration that they make with the files and the environment.
/// </summary>
internal sealed class ConfigurationArguments
{
    private const string Shipped = "appsettings.json";

    private readonly Option<string> _file = new("--config")
    {
        Description = "A JSON file of settings, over the appsettings.json beside the program.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting, as Section:Key=value; may be repeated.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _data = new("--data") { Description = "The data directory (Storage:Directory).", HelpName = "DIR" };
    private readonly Option<string> _address = new("--address") { Description = "The address to listen on (Server:Address).", HelpName = "IP" };
    private readonly Option<string> _httpPort = new("--http-port") { Description = "The port of HTTP (Server:HttpPort); 0: any.", HelpName = "PORT" };
    private readonly Option<string> _grpcPort = new("--grpc-port") { Description = "The port of gRPC (Server:GrpcPort); 0: any.", HelpName = "PORT" };
    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Serve other addresses than loopback without TLS (Server:Insecure).",
    };

    public ConfigurationArguments(Command command)
    {
        _set.Validators.Add(CheckPairs);
        foreach (Option option in new Option[] { _file, _set, _data, _address, _httpPort, _grpcPort, _insecure }) { command.Options.Add(option); }
    }

    /// <summary>The configuration in force: defaults, appsettings.json, --config, environment, command line, the later over the earlier.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="terminal">Whose environment counts.</param>
    /// <param name="defaults">Values of the command itself, weaker than everything but the built-in defaults.</param>
    /// <exception cref="SettingsException">It cannot be used; every fault is named.</exception>
    public Bound<NodeOptions> Bind(ParseResult line, Terminal terminal, SettingLayer? defaults = null)
    {
        var layers = new SettingLayers().AddFile(Path.Combine(AppContext.BaseDirectory, Shipped), required: false, name: Shipped);
        if (defaults is not null) { layers.Add(defaults); }
        if (line.GetValue(_file) is { } file) { layers.AddFile(file, required: true); }
        layers.AddEnvironment(terminal.Environment).AddCommandLine(Given(line));
        return SettingBinder.Bind<NodeOptions>(layers, options => options.Validate());
    }

    private IEnumerable<KeyValuePair<string, string>> Given(ParseResult line)
    {
        foreach (string pair in line.GetValue(_set) ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return new(pair[..equals], pair[(equals + 1)..]);
        }

        if (line.GetValue(_data) is { } data) { yield return new("Storage:Directory", data); }
        if (line.GetValue(_address) is { } address) { yield return new("Server:Address", address); }
        if (line.GetValue(_httpPort) is { } http) { yield return new("Server:HttpPort", http); }
        if (line.GetValue(_grpcPort) is { } grpc) { yield return new("Server:GrpcPort", grpc); }
        if (line.GetValue(_insecure)) { yield return new("Server:Insecure", "true"); }
    }

    private static void CheckPairs(OptionResult option)
    {
        foreach (var token in option.Tokens.Where(t => t.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            option.AddError($"--set {token.Value}: write it as Section:Key=value.");
        }
    }
}
