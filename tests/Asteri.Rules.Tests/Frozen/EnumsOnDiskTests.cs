using Asteri.Engine.Storage;

namespace Asteri.Rules.Tests.Frozen;

/// <summary>Numbers that lie in files. Adding a name is fine; a name that moves or goes makes old files lie.</summary>
public sealed class EnumsOnDiskTests
{
    [Fact]
    public void RecordKind_KeepsItsNumbers() => AssertFrozen<RecordKind>(
        ("Bytes", 1), ("Document", 2), ("Profile", 3), ("Signal", 4), ("Operation", 5), ("Audit", 6), ("Catalog", 7), ("Credential", 8));

    private static void AssertFrozen<T>(params (string Name, int Number)[] frozen)
        where T : struct, Enum
    {
        foreach (var (name, number) in frozen)
        {
            Assert.True(Enum.TryParse(name, out T value), $"{typeof(T).Name}.{name} is in files; it cannot go.");
            Assert.Equal(number, Convert.ToInt32(value, null));
        }

        Assert.Equal(frozen.Length, Enum.GetNames<T>().Length);
    }
}
