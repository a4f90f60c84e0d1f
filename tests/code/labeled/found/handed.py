"""Calls that are handed to threads, tasks, executors and event loops."""

import asyncio
import concurrent.futures
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing import Pool
from threading import Thread

from asgiref.sync import sync_to_async
from zenml.client import Client

client = Client()


def newest(name, size=1):
    return client.get_pipeline(‹name›).‹last_run›  #= pipeline ? variable; run ? attribute


def step_of(run, name):
    return run.steps[‹name›]  #= step load variable submitted


async def in_tasks():
    run = await asyncio.to_thread(newest, "‹to_thread›")  #= pipeline to_thread literal
    run.steps["‹s›"]  #= step s literal to_thread
    (await asyncio.to_thread(client.get_pipeline, "‹member›")).‹last_run›  #= pipeline member literal; run ? attribute member
    loop = asyncio.get_running_loop()
    run = await loop.run_in_executor(None, newest, "‹in_executor›")  #= pipeline in_executor literal
    run.steps["‹s›"]  #= step s literal in_executor
    task = asyncio.create_task(asyncio.to_thread(newest, "‹task›"))  #= pipeline task literal
    (await task).steps["‹s›"]  #= step s literal task
    task.result().steps["‹t›"]  #= step t literal task
    tasks = [asyncio.to_thread(newest, name) for name in ("same", "same")]
    for each in await asyncio.gather(*tasks):
        each.steps["‹s›"]  #= step s literal same
    a, b = await asyncio.gather(task, asyncio.to_thread(newest, "‹other›"))  #= pipeline other literal
    a.steps["‹s›"], b.steps["‹s›"]  #= step s literal task; step s literal other
    (await sync_to_async(newest)("‹django›")).steps["‹s›"]  #= pipeline django literal; step s literal django
    async with asyncio.TaskGroup() as group:
        grouped = group.create_task(asyncio.to_thread(newest, "‹group›"))  #= pipeline group literal
    grouped.result().steps["‹s›"]  #= step s literal group


def in_threads(unknown):
    with ThreadPoolExecutor() as executor:
        future = executor.submit(newest, "‹submitted›", size=2)  #= pipeline submitted literal
        future.result().steps["‹s›"]  #= step s literal submitted
        for run in executor.map(newest, ["mapped"]):
            run.steps["‹s›"]  #= step s literal mapped
        for done in as_completed([executor.submit(step_of, future.result(), "‹load›")]):  #= step load literal submitted
            done.result().‹output›  #= output ? attribute submitted//load
    pool = concurrent.futures.ProcessPoolExecutor(4)
    pool.submit(client.get_pipeline, "‹pooled›").result().‹last_run›  #= pipeline pooled literal; run ? attribute pooled
    Thread(target=newest, args=("‹thread›",)).start()  #= pipeline thread literal
    with Pool(2) as processes:
        processes.apply_async(newest, ("‹applied›",)).get().steps["‹s›"]  #= pipeline applied literal; step s literal applied
    unknown.submit(newest, "submitted to anything")
    Thread(newest, "no target")


for pipeline in map(client.get_pipeline, ("mapped",)):
    pipeline.‹last_run›  #= run ? attribute mapped
