//! The dashboard while it is built.

use crate::{
    reference::{Input, Ref},
    region::Region,
    services::cloudwatch::{
        Alarm, AlarmArn, AlarmWidget, Area, CompositeAlarm, DashboardBody, MetricWidget,
        TextWidget, Widget, WidgetContent,
    },
};

/// A dashboard whose sections stand below each other: a heading, and graphs three abreast.
#[derive(Debug)]
pub(super) struct Board {
    region: Region,
    states: Vec<Input<AlarmArn>>,
    over_all: Vec<Input<AlarmArn>>,
    widgets: Vec<(u32, u32, u32, u32, WidgetContent)>,
    /// From the left and from the top, below the states.
    at: (u32, u32),
}

/// How wide a dashboard is.
const WIDTH: u32 = 24;
/// How wide and high a graph is.
const GRAPH: (u32, u32) = (8, 6);
/// How many alarms one widget shows.
const STATES: usize = 100;

impl Board {
    pub(super) const fn new(region: Region) -> Self {
        Self { region, states: Vec::new(), over_all: Vec::new(), widgets: Vec::new(), at: (0, 0) }
    }

    pub(super) fn section(&mut self, title: &str) {
        self.new_row();
        let (_, y) = self.at;
        let heading = TextWidget::of(format!("## {title}"));
        self.widgets.push((0, y, WIDTH, 1, heading.into()));
        self.at = (0, y + 1);
    }

    pub(super) fn graph(&mut self, region: Region, graph: MetricWidget) {
        let (width, height) = GRAPH;
        if self.at.0 + width > WIDTH {
            self.new_row();
        }
        let (x, y) = self.at;
        // A graph of another Region says so.
        let graph = match (&graph.title, region == self.region) {
            (Some(title), false) => {
                let title = format!("{title} ({region})");
                graph.titled(title)
            }
            _ => graph,
        };
        self.widgets.push((x, y, width, height, graph.into()));
        self.at = (x + width, y);
    }

    pub(super) fn state(&mut self, alarm: &Ref<Alarm>) {
        self.states.push(alarm.arn().into());
    }

    pub(super) fn alarm(&mut self, alarm: &Ref<CompositeAlarm>) {
        self.over_all.push(alarm.arn().into());
    }

    fn new_row(&mut self) {
        let (x, y) = self.at;
        if x > 0 {
            self.at = (0, y + GRAPH.1);
        }
    }

    /// The states of all alarms, and the sections below them.
    pub(super) fn body(self) -> DashboardBody {
        let states: Vec<Input<AlarmArn>> = self.over_all.into_iter().chain(self.states).collect();
        let mut top = 0;
        let mut widgets = Vec::new();
        for states in states.chunks(STATES) {
            let widget = AlarmWidget::of(states.iter().cloned()).titled("Alarms");
            // Six stand abreast, and the title takes a row.
            let rows = u32::try_from(states.len().div_ceil(6)).unwrap_or(1) + 1;
            widgets.push((0, top, WIDTH, rows, widget.into()));
            top += rows;
        }
        let below = self
            .widgets
            .into_iter()
            .map(|(x, y, width, height, content)| (x, y + top, width, height, content));
        let all = widgets.into_iter().chain(below);
        DashboardBody::of(all.filter_map(|(x, y, width, height, content)| {
            Some(Widget::new(Area::new(x, y, width, height).ok()?, content))
        }))
    }
}
