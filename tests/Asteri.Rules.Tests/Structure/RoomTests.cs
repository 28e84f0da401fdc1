using Asteri.Rules.Tests.Source;

namespace Asteri.Rules.Tests.Structure;

public sealed class RoomTests
{
    /// <summary>The engine's rooms in the order in which they may use each other: each sees only rooms with a smaller rank.</summary>
    private static readonly Dictionary<string, int> EngineRank =
        Ranked(["Schema", "Storage"], ["Columns", "Text", "Vectors"], ["Segments"], ["Ranking"], ["Search"], ["Operations"], ["Collections"]);

    /// <summary>The folders inside Storage, from the disk up.</summary>
    private static readonly Dictionary<string, int> StorageRank =
        Ranked(["Disk"], ["Records"], ["Keys", "Manifest"], ["Faster"], ["Lanes"], ["Snapshots"]);

    [Fact]
    public void Namespaces_EqualFolders() =>
        Faults.AssertNone(
            Repository.Sources.Where(f => f.Namespace is { } ns && ns != string.Join('.', f.Folders.Prepend(f.Project)))
                .Select(f => $"{f}: {f.Namespace}"),
            "A room is a folder and a namespace of the same name:");

    [Fact]
    public void EngineRooms_UseOnlyRoomsBelow() =>
        Faults.AssertNone(
            Violations(f => f.Project == "Asteri.Engine", "Asteri.Engine.", f => f.Room, EngineRank),
            "Rooms of the engine: Schema, Storage → Columns, Text, Vectors → Segments → Ranking → Search → Operations → Collections:");

    [Fact]
    public void StorageFolders_UseOnlyFoldersBelow() =>
        Faults.AssertNone(
            Violations(IsInsideStorage, "Asteri.Engine.Storage.", f => f.Folders[1], StorageRank),
            "Inside Storage: Disk → Records → Keys, Manifest → Faster → Lanes → Snapshots:");

    public static TheoryData<string> ProductProjects =>
        [.. Repository.Sources.Where(f => !f.IsTest).Select(f => f.Project).Distinct()];

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void Rooms_FormNoCycle(string project)
    {
        var uses = Repository.Sources
            .Where(f => f.Project == project && !f.IsTest && f.Room != "")
            .SelectMany(f => f.NamespacesUsed.Select(n => (From: f.Room, To: RoomOf(n, project + "."))))
            .Where(e => e.To is not null && e.To != e.From)
            .Distinct()
            .ToLookup(e => e.From, e => e.To!);

        Faults.AssertNone(
            uses.Select(g => CycleFrom(g.Key, uses)).OfType<string>().Order(StringComparer.Ordinal).Take(1),
            $"Rooms of {project} go round in a circle:");
    }

    [Fact]
    public void Rpc_KnowsProtobufAndNotSearch() =>
        Faults.AssertNone(
            Repository.Sources.Where(f => f.Project == "Asteri.Rpc" && f.NamespacesUsed.Any(n => n.StartsWith("Asteri.V1", StringComparison.Ordinal)))
                .Select(f => f.Path),
            "Asteri.Rpc uses of the contract only Google.* and Grpc.*:");

    /// <summary>Each group sees the groups before it; those of one group do not see each other.</summary>
    private static Dictionary<string, int> Ranked(params string[][] groups) =>
        groups.Index().SelectMany(g => g.Item.Select(room => (room, g.Index))).ToDictionary();

    private static bool IsInsideStorage(SourceFile f) => f is { Project: "Asteri.Engine", Room: "Storage", Folders.Count: > 1 };

    private static IEnumerable<string> Violations(
        Func<SourceFile, bool> which, string prefix, Func<SourceFile, string> roomOf, Dictionary<string, int> rank) =>
        from file in Repository.Sources
        where which(file) && roomOf(file) != ""
        let own = roomOf(file)
        from used in file.NamespacesUsed.Select(n => RoomOf(n, prefix)).OfType<string>().Distinct()
        where used != own && rank.ContainsKey(used)
        where !rank.TryGetValue(own, out int mine) || rank[used] >= mine
        select $"{file}: {own} uses {used}";

    private static string? RoomOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..].Split('.')[0] : null;

    private static string? CycleFrom(string start, ILookup<string, string> uses)
    {
        var path = new List<string> { start };
        var seen = new HashSet<string>();
        return Walk(start) ? string.Join(" → ", path) : null;

        bool Walk(string at)
        {
            foreach (string next in uses[at].Order(StringComparer.Ordinal))
            {
                path.Add(next);
                if (next == start || (seen.Add(next) && Walk(next))) { return true; }
                path.RemoveAt(path.Count - 1);
            }

            return false;
        }
    }
}
