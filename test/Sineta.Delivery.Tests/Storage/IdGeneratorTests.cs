using FsCheck;
using FsCheck.Fluent;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

public sealed class IdGeneratorTests
{
    /// <summary>Ids grow however the clock jumps, also backwards, and stay UUIDs of version 7.</summary>
    [Fact]
    public void Ids_grow_whatever_the_clock_does() => Prop.ForAll(
        ArbMap.Default.ArbFor<int[]>(), jumps =>
        {
            var time = new ManualTime();
            var ids = new IdGenerator(time);
            var made = new List<Guid>();
            foreach (var jump in jumps)
            {
                time.Advance(TimeSpan.FromMilliseconds(jump));
                made.AddRange(Enumerable.Range(0, 3).Select(_ => ids.Next()));
            }

            return made.Zip(made.Skip(1)).All(pair => Compare(pair.First, pair.Second) < 0)
                && made.All(id => id.Version == 7 && id.Variant is >= 8 and < 12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_id_tells_the_millisecond_in_which_it_was_made() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Select(s => DateTimeOffset.FromUnixTimeMilliseconds(s * 1_999L)).ToArbitrary(), moment =>
        {
            var id = new IdGenerator(new ManualTime(moment.AddTicks(9_999))).Next();
            return IdGenerator.TimeOf(id) == moment
                && Compare(IdGenerator.FirstAt(moment), id) < 0
                && Compare(id, IdGenerator.FirstAt(moment.AddMilliseconds(1))) < 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_thousand_in_a_millisecond_differ_and_those_made_in_parallel_too()
    {
        var ids = new IdGenerator(new ManualTime());
        var made = new Guid[8_000];
        Parallel.For(0, made.Length, i => made[i] = ids.Next());
        Assert.Equal(made.Length, made.Distinct().Count());
    }

    /// <summary>As PostgreSQL orders them: byte by byte.</summary>
    private static int Compare(Guid one, Guid other) =>
        one.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(other.ToByteArray(bigEndian: true));
}
