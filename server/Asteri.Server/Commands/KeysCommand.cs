using System.CommandLine;
using System.CommandLine.Parsing;
using Asteri.Rpc.Client;
using Asteri.Server.Security;
using Asteri.Server.Settings;
using Asteri.V1;
using Google.Protobuf;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Asteri.Server.Commands;

/// <summary><c>asteri keys</c>: makes, lists, rotates and revokes keys of a running node.</summary>
internal static class KeysCommand
{
    private const string ScopeNames = "search, write, admin, metrics or auditread";

    public static Command Make(Terminal terminal) =>
        new("keys", "Makes, lists, rotates and revokes keys. The node must run; where keys are required, an administrator's key is needed.")
    {
        MakeCreate(terminal), MakeList(terminal), MakeRotate(terminal), MakeRevoke(terminal),
    };

    private static Command MakeCreate(Terminal terminal)
    {
        var command = new Command("create", "Makes a key and prints its secret, which is nowhere else.");
        var tenant = new Option<string>("--tenant") { Description = "Whose data the key reaches.", Required = true };
        var scopes = new Option<Scope[]>("--scope")
        {
            Description = $"{ScopeNames}; several by commas, or repeated.",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = ParseScopes,
        };

        var names = new Option<string[]>("--name")
        {
            Description = "A name that the key reaches, or the beginning of one and '*'; may be repeated. Without it: every name.",
        };

        var note = new Option<string>("--note") { Description = "What the key is for." };
        var expiry = TimeOption("--expires-in", "How long the key is valid, such as 90d; without it: until it is revoked.");
        foreach (Option option in new Option[] { tenant, scopes, names, note, expiry }) { command.Options.Add(option); }
        var caller = new Caller(command, terminal);
        command.SetAction((line, stop) =>
        {
            var request = new CreateKeyRequest
            {
                RequestId = Guid.NewGuid().ToString("N"),
                Tenant = line.GetValue(tenant),
                Scopes = { line.GetValue(scopes) },
                NamePatterns = { line.GetValue(names) ?? [] },
                Note = line.GetValue(note) ?? "",
                ExpiresAt = line.GetValue(expiry) is { } time ? Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() + time) : null,
            };

            return caller.CallAsync<CreateKeyRequest, CreateKeyResponse>(line, "CreateKey", request, reply => [RowOf(reply.Key, reply.Secret)], stop);
        });
        return command;
    }

    private static Command MakeList(Terminal terminal)
    {
        var command = new Command("list", "Lists keys, without what opens the door.");
        var tenant = new Option<string>("--tenant") { Description = "Only this tenant's." };
        command.Options.Add(tenant);
        var caller = new Caller(command, terminal);
        command.SetAction((line, stop) => caller.CallAsync<ListKeysRequest, ListKeysResponse>(
            line, "ListKeys", new() { Tenant = line.GetValue(tenant) ?? "" }, reply => [.. reply.Keys.Select(k => RowOf(k))], stop));
        return command;
    }

    private static Command MakeRotate(Terminal terminal)
    {
        var command = new Command("rotate", "Makes a second secret for a key and prints it; the first stays valid for a while.");
        var id = new Argument<string>("key-id");
        var overlap = TimeOption("--overlap", "How long the first secret stays valid, up to 30d; without it: one day.");
        command.Arguments.Add(id);
        command.Options.Add(overlap);
        var caller = new Caller(command, terminal);
        command.SetAction((line, stop) =>
        {
            var request = new RotateKeyRequest
            {
                RequestId = Guid.NewGuid().ToString("N"),
                KeyId = line.GetValue(id),
                OverlapSeconds = (long)(line.GetValue(overlap) ?? TimeSpan.FromDays(1)).TotalSeconds,
            };

            return caller.CallAsync<RotateKeyRequest, RotateKeyResponse>(line, "RotateKey", request, reply => [RowOf(reply.Key, reply.Secret)], stop);
        });
        return command;
    }

    private static Command MakeRevoke(Terminal terminal)
    {
        var command = new Command("revoke", "Voids a key with all its secrets, at once.");
        var id = new Argument<string>("key-id");
        command.Arguments.Add(id);
        var caller = new Caller(command, terminal);
        command.SetAction((line, stop) => caller.CallAsync<RevokeKeyRequest, RevokeKeyResponse>(
            line, "RevokeKey", new() { KeyId = line.GetValue(id) }, _ => [new Row(("key_id", line.GetValue(id)), ("revoked", true))], stop));
        return command;
    }

    /// <summary>Scopes as <c>keys list</c> prints them. By name alone: an enum's own parser takes numbers, and adds names up.</summary>
    private static Scope[] ParseScopes(ArgumentResult given)
    {
        var scopes = new List<Scope>();
        foreach (string name in given.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            var scope = ScopeSet.All.ToList().FirstOrDefault(s => s.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
            if (scope == Scope.Unspecified) { given.AddError($"--scope {name}: a scope is {ScopeNames}."); }
            else { scopes.Add(scope); }
        }

        return [.. scopes.Distinct()];
    }

    private static Option<TimeSpan?> TimeOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = given =>
        {
            if (SettingText.TryParse(typeof(TimeSpan), given.Tokens[0].Value, out object? time)) { return (TimeSpan?)time; }
            given.AddError($"{name} {given.Tokens[0].Value}: write {SettingText.Describe(typeof(TimeSpan))}.");
            return null;
        },
    };

    private static Row RowOf(KeyInfo key, string? secret = null)
    {
        List<(string, object?)> cells =
        [
            ("key_id", key.KeyId),
            ("tenant", key.Tenant),
            ("scopes", key.Scopes.Select(s => s.ToString().ToLowerInvariant()).ToList()),
            ("names", key.NamePatterns.ToList()),
            ("live_secrets", key.LiveSecrets),
            ("created_at", key.CreatedAt?.ToDateTimeOffset()),
            ("expires_at", key.ExpiresAt?.ToDateTimeOffset()),
            ("last_used_at", key.LastUsedAt?.ToDateTimeOffset()),
            ("note", key.Note),
        ];
        if (secret is not null) { cells.Add(("secret", secret)); }
        return new(cells);
    }

    /// <summary>A command that is one call of AdminService.</summary>
    private sealed class Caller(Command command, Terminal terminal)
    {
        private readonly ServerArguments _server = new(command);
        private readonly OutputArgument _output = new(command);

        public async Task<int> CallAsync<TRequest, TReply>(
            ParseResult line, string method, TRequest request, Func<TReply, IReadOnlyList<Row>> rows, CancellationToken stop)
            where TRequest : class, IMessage<TRequest>, new()
            where TReply : class, IMessage<TReply>, new()
        {
            using var channel = _server.Connect(line, terminal);
            var descriptor = AdminReflection.Descriptor.Services[0].FindMethodByName(method);
            var reply = await channel.UnaryAsync<TRequest, TReply>(descriptor, request, new CallOptions { Cancellation = stop });
            _output.Write(line, terminal, rows(reply));
            return (int)ExitCode.Ok;
        }
    }
}
