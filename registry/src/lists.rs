//! `registry sites` and `registry devices`: plain lists, a line each, tabs between.

use std::time::{Duration, UNIX_EPOCH};

use crate::store::Database;

/// Every site with its devices, received packets and last contact.
pub(crate) async fn sites(database: &Database) -> Result<String, sqlx::Error> {
    let mut list = String::from("site\tdevices\treceived\tlast_contact\tname\n");
    for line in database.list_sites().await? {
        let contact = line.seen_at.map_or("never".into(), time);
        list += &format!(
            "{}\t{}\t{}\t{contact}\t{}\n",
            line.code, line.devices, line.received, line.name
        );
    }
    Ok(list)
}

/// Every device with its chain: how long, how much of it is here, what is missing.
pub(crate) async fn devices(database: &Database) -> Result<String, sqlx::Error> {
    let mut list =
        String::from("device\tsite\tpaired\tlast_contact\treceived\tlast\tmissing\treplaces\n");
    for line in database.list_devices().await? {
        let gaps: Vec<String> = database.gaps(&line.dev).await?.iter().map(range).collect();
        let missing = if gaps.is_empty() {
            "none".into()
        } else {
            gaps.join(",")
        };
        list += &format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{missing}\t{}\n",
            line.dev,
            line.site,
            time(line.paired_at),
            time(line.seen_at),
            line.received,
            line.last,
            line.replaces.as_deref().unwrap_or("none")
        );
    }
    Ok(list)
}

fn range(&(first, last): &(u64, u64)) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    }
}

fn time(seconds: u64) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}
