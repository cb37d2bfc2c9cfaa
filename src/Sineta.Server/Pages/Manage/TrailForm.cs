using System.Globalization;
using Sineta.Learning;
using Sineta.Learning.Trails;

namespace Sineta.Server.Pages.Manage;

/// <summary>
/// A trail as a form, there and back. The fields of its third item begin with <c>i2</c>; items come and go by buttons that send the form
/// without saving it.
/// </summary>
internal static class TrailForm
{
    /// <summary>What the form's first button asks for, which the Enter key presses wherever it is.</summary>
    public const string Enter = "enter";

    // More than a trail may have, so that its rule can say so.
    private const int MostItems = 1000;

    public static Form Of(TrailDraft draft) => Form.Of(("name", draft.Name), ("description", draft.Description), ("items", "0"));

    public static Form Of(Trail trail)
    {
        var form = Form.Of(("name", trail.Name), ("description", trail.Description));
        Put(form, [.. trail.Items.Select(static i => new Item(WrittenOf(i.CourseId, i.ContentId), i.Name, i.Required))]);
        return form;
    }

    public static int CountOf(Form form) => int.TryParse(form.Text("items"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        ? Math.Min(count, MostItems) : 0;

    public static TrailDraft Read(Form form, TrailDraft present) => present with
    {
        Name = form.Text("name"),
        Description = form.Text("description"),
        Items = [.. Items(form).Select(DraftOf)],
    };

    /// <summary>How an item is written in the form: <c>course:3</c> or <c>content:14</c>.</summary>
    public static string WrittenOf(long? courseId, long? contentId) =>
        courseId is { } course ? string.Create(CultureInfo.InvariantCulture, $"course:{course}")
            : string.Create(CultureInfo.InvariantCulture, $"content:{contentId}");

    /// <summary>Does what one of the buttons asks for; false where none was pressed, so that the form is to be saved.</summary>
    public static bool Rearrange(Form form)
    {
        if (form.TextOrNull("do") is not { } asked || (asked == Enter && form.Text("find").Length == 0))
            return false;
        var items = Items(form);
        var parts = asked.Split(':', 4);
        var at = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        switch (parts)
        {
            case ["add", var what, var id, var name]:
                items.Add(new Item($"{what}:{id}", name, Required: true));
                break;
            case ["remove", _] when at >= 0 && at < items.Count:
                items.RemoveAt(at);
                break;
            case ["up", _] when at > 0 && at < items.Count:
                (items[at - 1], items[at]) = (items[at], items[at - 1]);
                break;
            case ["down", _] when at >= 0 && at < items.Count - 1:
                (items[at + 1], items[at]) = (items[at], items[at + 1]);
                break;
        }

        Put(form, items);
        form.Remove("do");
        return true;
    }

    public static void Refuse(Form form, Change<Trail> change)
    {
        if (change is Change<Trail>.Refused(var faults))
        {
            foreach (var fault in faults)
            {
                var parts = fault.Pointer.TrimStart('/').Split('/');
                form.Refuse(parts is ["items", var i, ..] ? $"i{i}" : parts[0], Sentences.InPageLanguage(fault.Message));
            }
        }
        else
        {
            form.Refuse(change);
        }
    }

    private static TrailItemDraft DraftOf(Item item)
    {
        var parts = item.What.Split(':');
        long? id = parts.Length == 2
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return parts[0] == "course"
            ? new TrailItemDraft { CourseId = id, Required = item.Required }
            : new TrailItemDraft { ContentId = id, Required = item.Required };
    }

    private static List<Item> Items(Form form) =>
        [.. Enumerable.Range(0, CountOf(form)).Select(i => new Item(form.Text($"i{i}"), form.Text($"i{i}_name"), form.Has($"i{i}_required", "1")))];

    private static void Put(Form form, List<Item> items)
    {
        form.Put("items", items.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var (i, item) in items.Index())
        {
            form.Put($"i{i}", item.What);
            form.Put($"i{i}_name", item.Name);
            form.Put($"i{i}_required", item.Required ? "1" : "");
        }
    }

    private sealed record Item(string What, string Name, bool Required);
}
