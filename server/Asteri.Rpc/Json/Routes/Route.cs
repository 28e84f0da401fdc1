using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Messages;

namespace Asteri.Rpc.Json.Routes;

/// <summary>One way to call a method over HTTP: a google.api.http rule with all its names resolved.</summary>
internal sealed class Route
{
    public required RpcMethod Method { get; init; }

    /// <summary>GET, PUT, …; "*": every one.</summary>
    public required string HttpMethod { get; init; }

    public required PathTemplate Template { get; init; }

    /// <summary>What the path sets, in the order of the template's variables.</summary>
    public required IReadOnlyList<BoundVariable> Variables { get; init; }

    /// <summary>How the body is read; null: the route takes none.</summary>
    public required JsonTarget? Body { get; init; }

    public required MessageSchema Request { get; init; }

    public required MessageSchema Response { get; init; }

    /// <summary>The one field of the response that the reply is; null: the whole response.</summary>
    public required FieldSchema? ResponseField { get; init; }

    /// <summary>The whole request is in the path and the body, so a query has nothing to say.</summary>
    public bool BodyIsAll => Body is { Field: null };

    public override string ToString() => $"{HttpMethod} {Template}";
}

/// <summary>A variable of a path and the way through the request to the field that it sets.</summary>
internal sealed record BoundVariable(PathVariable Variable, IReadOnlyList<FieldSchema> Way)
{
    public FieldSchema Field => Way[^1];
}
