namespace Asteri.Engine.Storage;

/// <summary>A key space: one kind of record of one owner. Costs nothing until something is written into it.</summary>
public readonly record struct Space(RecordKind Kind, uint Id);
