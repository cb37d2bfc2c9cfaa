using Sineta.Server.Pages.Campus;
using Sineta.Server.Pages.Inbox;
using Sineta.Server.Pages.Manage;
using Sineta.Server.Pages.Webhooks;

namespace Sineta.Server.Pages;

/// <summary>A part of the site, as the menu shows it.</summary>
/// <param name="Path">Where it begins.</param>
/// <param name="Icon">Of bootstrap-icons.</param>
/// <param name="Title">Its name in the page's language.</param>
/// <param name="OpenTo">Whose menus have it.</param>
/// <param name="Pages">What the menu shows below it.</param>
public sealed record Area(string Path, string Icon, Func<string> Title, Roles OpenTo, params IReadOnlyList<AreaPage> Pages)
{
    public static readonly Area Manage = new(
        ManagePages.Path, "sliders", () => Texts.AreaManage, ManagePages.OpenTo,
        new("/manage/courses", () => ManageTexts.Courses), new("/manage/trails", () => ManageTexts.Trails),
        new("/manage/classes", () => ManageTexts.Classes), new("/manage/enrollments", () => ManageTexts.Enrollments),
        new("/manage/users", () => ManageTexts.Users), new("/manage/schools", () => ManageTexts.Schools),
        new("/manage/templates", () => ManageTexts.Templates), new("/manage/imports", () => ImportTexts.Imports),
        new("/manage/reports", () => ManageTexts.Reports));

    public static readonly Area Webhooks = new(
        "/webhooks", "broadcast", () => Texts.AreaWebhooks, WebhookPages.OpenTo,
        new("/webhooks/endpoints", () => WebhookTexts.Endpoints), new("/webhooks/deliveries", () => WebhookTexts.Deliveries),
        new("/webhooks/replays", () => WebhookTexts.Replays), new("/webhooks/events", () => WebhookTexts.Catalogue),
        new("/webhooks/api-keys", () => WebhookTexts.ApiKeys), new("/webhooks/audit", () => WebhookTexts.Audit));

    public static readonly Area Inbox = new("/inbox", "inbox", () => Texts.AreaInbox, InboxPages.OpenTo);

    public static readonly Area Campus = new(
        CampusPages.Path, "mortarboard", () => Texts.AreaCampus, Roles.People,
        new AreaPage(CampusPages.OwnCourses, () => CampusTexts.MyCourses),
        new AreaPage(CampusPages.Trails, () => CampusTexts.Trails),
        new AreaPage(CampusPages.Classes, () => CampusTexts.MyClasses),
        new AreaPage(CampusPages.Certificates, () => CampusTexts.MyCertificates),
        new AreaPage(CampusPages.Account, () => CampusTexts.MyAccount));

    /// <summary>In the order of the menu.</summary>
    public static IEnumerable<Area> All(bool isDevelopment) =>
        isDevelopment ? [Campus, Manage, Webhooks, Inbox] : [Campus, Manage, Webhooks];
}

/// <summary>A page that the menu leads to.</summary>
public sealed record AreaPage(string Path, Func<string> Title);
