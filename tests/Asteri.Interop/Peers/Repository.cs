namespace Asteri.Interop.Peers;

/// <summary>The checkout that this program was built in: the peers' programs are run from there.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Asteri.Engine.sln"))) { return folder.FullName; }
        }

        throw new InvalidOperationException($"No Asteri.Engine.sln above {start}: run this from a build inside the repository.");
    }
}
