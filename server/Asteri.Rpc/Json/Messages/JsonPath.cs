using System.Globalization;
using System.Text;

namespace Asteri.Rpc.Json.Messages;

/// <summary>Where in a JSON document a reader stands, for its errors: "writes[3].put.key".</summary>
internal sealed class JsonPath
{
    private const int MaxKeyCharacters = 64;
    private Step[] _steps = new Step[16];
    private int _count;

    /// <summary>One step: into a field, to an element, or to a key of a map.</summary>
    private readonly record struct Step(FieldSchema? Field, string? Key, int Index);

    public void Push(FieldSchema field) => Push(new Step(field, null, 0));

    public void Push(string key) => Push(new Step(null, key, 0));

    public void Push(int index) => Push(new Step(null, null, index));

    public void Pop() => _count--;

    /// <summary>True when exactly these fields, one inside the other, lead here.</summary>
    public bool Is(IReadOnlyList<FieldSchema> fields)
    {
        if (fields.Count != _count) { return false; }
        for (int i = 0; i < _count; i++)
        {
            if (_steps[i].Field != fields[i]) { return false; }
        }

        return true;
    }

    /// <summary>The path, with <paramref name="last"/> behind it when there is one.</summary>
    public string Show(string? last = null)
    {
        var text = new StringBuilder();
        for (int i = 0; i < _count; i++)
        {
            var (field, key, index) = _steps[i];
            if (field is null && key is null) { text.Append(CultureInfo.InvariantCulture, $"[{index}]"); }
            else { AppendName(text, field?.Descriptor.JsonName ?? ShortKey(key!)); }
        }

        if (last is not null) { AppendName(text, last); }
        return text.Length == 0 ? "body" : text.ToString();
    }

    /// <summary>A key is the caller's, and may be as long as the document.</summary>
    private static string ShortKey(string key) => key.Length <= MaxKeyCharacters ? key : $"{key.AsSpan(0, MaxKeyCharacters)}…";

    private static void AppendName(StringBuilder text, string name) => text.Append(text.Length == 0 ? "" : ".").Append(name);

    private void Push(Step step)
    {
        if (_count == _steps.Length) { Array.Resize(ref _steps, _count * 2); }
        _steps[_count++] = step;
    }
}
