using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Messages;
using Google.Api;

namespace Asteri.Rpc.Json.Routes;

/// <summary>
/// The routes of methods, from their google.api.http rules. A rule that cannot be served stops the start, and the message names the method.
/// </summary>
internal static class RouteRules
{
    /// <summary>The routes of one method, its additional bindings after the first; none without a rule.</summary>
    /// <exception cref="InvalidOperationException">A rule names what is not there, or what has no place in a path, a query or a body.</exception>
    public static IEnumerable<Route> Of(RpcMethod method, SchemaSet set)
    {
        if (method.Descriptor.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule) { yield break; }
        yield return Compile(method, rule, set);
        foreach (var additional in rule.AdditionalBindings)
        {
            if (additional.AdditionalBindings.Count > 0) { throw Fault(method, "an additional binding cannot have additional bindings"); }
            yield return Compile(method, additional, set);
        }
    }

    private static Route Compile(RpcMethod method, HttpRule rule, SchemaSet set)
    {
        var (verb, path) = Pattern(method, rule);
        var template = Parse(method, path);
        var request = set.Get(method.Descriptor.InputType);
        var response = set.Get(method.Descriptor.OutputType);
        var variables = template.Variables.ConvertAll(v => new BoundVariable(v, WayTo(method, request, v.FieldPath)));
        RefuseTwice(method, variables);
        return new()
        {
            Method = method,
            HttpMethod = verb,
            Template = template,
            Variables = variables,
            Request = request,
            Response = response,
            Body = Body(method, rule, verb, new(set, request, null, [.. variables.Select(v => v.Way)])),
            ResponseField = rule.ResponseBody.Length == 0 ? null : FieldOf(method, response, rule.ResponseBody),
        };
    }

    private static (string Verb, string Path) Pattern(RpcMethod method, HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
        HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
        HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
        HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
        HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
        HttpRule.PatternOneofCase.Custom when rule.Custom.Kind.Length > 0 => (rule.Custom.Kind, rule.Custom.Path),
        _ => throw Fault(method, "the rule has no pattern: one of get, put, post, delete, patch, custom"),
    };

    private static PathTemplate Parse(RpcMethod method, string path)
    {
        try
        {
            return PathTemplate.Parse(path);
        }
        catch (FormatException e)
        {
            throw Fault(method, e.Message);
        }
    }

    private static JsonTarget? Body(RpcMethod method, HttpRule rule, string verb, JsonTarget whole)
    {
        if (method.Descriptor.IsClientStreaming && rule.Body != "*")
        {
            throw Fault(method, "a method that streams in takes its messages from the body: body \"*\"");
        }

        if (rule.Body.Length == 0) { return null; }
        if (verb is "GET" or "DELETE" or "HEAD") { throw Fault(method, $"{verb} takes no body"); }
        if (rule.Body == "*") { return whole; }
        var field = FieldOf(method, whole.Message, rule.Body);
        return whole.Elsewhere.Any(way => way[0] == field)
            ? throw Fault(method, $"'{rule.Body}' is set by the path and by the body")
            : whole with { Field = field };
    }

    private static List<FieldSchema> WayTo(RpcMethod method, MessageSchema message, string path)
    {
        var way = new List<FieldSchema>();
        var at = message;
        foreach (string name in path.Split('.'))
        {
            if (at is null) { throw Fault(method, $"'{path}' leads through a field that is no message"); }
            var field = FieldOf(method, at, name);
            if (field.IsRepeated || field.IsMap) { throw Fault(method, $"'{path}' is repeated, and a path sets one value"); }
            way.Add(field);
            at = field.Message is { Form: WellKnownForm.None } next ? next : null;
        }

        return way[^1].Message is null ? way : throw Fault(method, $"'{path}' is a message, and a path sets scalars");
    }

    private static FieldSchema FieldOf(RpcMethod method, MessageSchema message, string name) =>
        message.Fields.FirstOrDefault(f => f.Descriptor.Name == name) ?? throw Fault(method, $"{message.Descriptor.FullName} has no field '{name}'");

    private static void RefuseTwice(RpcMethod method, List<BoundVariable> variables)
    {
        foreach (var twice in variables.GroupBy(v => v.Variable.FieldPath).Where(g => g.Count() > 1))
        {
            throw Fault(method, $"the path sets '{twice.Key}' twice");
        }
    }

    private static InvalidOperationException Fault(RpcMethod method, string problem) =>
        new($"google.api.http of {method.Descriptor.FullName}: {problem}.");
}
